import COpenSSL

/// OpenSSL's verdict on one path as it stands: signatures, authorities, path lengths, name constraints, policies.
enum OpenSSLPath {
  enum Verdict {
    /// The user-constrained policy set.
    case success([OID])
    case failure(Rejection)
  }

  private final class Store: @unchecked Sendable {
    // Unchecked: empty and never changed; OpenSSL locks what it counts in there.
    static let shared = Store()
    let pointer = COpenSSL_path_store_new()
  }

  /// - Parameter path: leaf first, anchor last. Times are not looked at here: OpenSSL takes a certificate's last second
  ///   for one too many.
  static func verify(_ path: [Certificate], _ policies: PolicyInputs) -> Verdict {
    defer { ERR_clear_error() }
    let certificates: [OpaquePointer?] = path.map { $0.handle.pointer }
    return withExtendedLifetime(path) {
      guard let context = COpenSSL_path_new(Store.shared.pointer, certificates, Int32(certificates.count)) else {
        return .failure(Rejection(.refusedByOpenSSL, at: nil, "OpenSSL has no memory"))
      }
      defer { COpenSSL_path_free(context) }
      guard COpenSSL_path_set_flags(context, flags(policies)) == 1, add(policies.initialPolicies, to: context) else {
        return .failure(Rejection(.refusedByOpenSSL, at: nil, "OpenSSL does not take the policies that are asked for"))
      }
      guard COpenSSL_path_verify(context) == 1 else { return .failure(rejection(context)) }
      return .success(policySet(context))
    }
  }

  private static func flags(_ policies: PolicyInputs) -> UInt {
    var flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_POLICY_CHECK
    if policies.requireExplicitPolicy { flags |= X509_V_FLAG_EXPLICIT_POLICY }
    if policies.inhibitPolicyMapping { flags |= X509_V_FLAG_INHIBIT_MAP }
    if policies.inhibitAnyPolicy { flags |= X509_V_FLAG_INHIBIT_ANY }
    return UInt(flags)
  }

  private static func add(_ policies: [OID], to context: UnsafeMutablePointer<COpenSSL_Path>) -> Bool {
    (policies.isEmpty ? [PolicyExtensions.anyPolicy] : policies)
      .allSatisfy { COpenSSL_path_add_policy(context, $0.description) == 1 }
  }

  private static func policySet(_ context: UnsafeMutablePointer<COpenSSL_Path>) -> [OID] {
    (0..<COpenSSL_path_policy_count(context)).map { index in
      var octets: UnsafePointer<UInt8>?
      let count = COpenSSL_path_policy(context, index, &octets)
      return OID(octets: Array(UnsafeBufferPointer(start: octets, count: count))[...])
    }
  }

  private static func rejection(_ context: UnsafeMutablePointer<COpenSSL_Path>) -> Rejection {
    let code = X509_STORE_CTX_get_error(context.pointee.context)
    let position = Int(X509_STORE_CTX_get_error_depth(context.pointee.context))
    let text = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "unknown"
    let reason = reason(code)
    return Rejection(reason, at: reason == .policyMissing ? nil : position, "OpenSSL: \(text)")
  }

  private static func reason(_ code: Int32) -> RejectionReason {
    switch code {
    case X509_V_ERR_INVALID_CA: .notACA
    case X509_V_ERR_PATH_LENGTH_EXCEEDED: .pathLengthExceeded
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN: .keyUsageForbidsIssuing
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: .extensionUnknownCritical
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: .signatureInvalid
    case X509_V_ERR_PERMITTED_VIOLATION: .nameNotPermitted
    case X509_V_ERR_EXCLUDED_VIOLATION: .nameExcluded
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX,
      X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, X509_V_ERR_SUBTREE_MINMAX:
      .nameNotProcessed
    case X509_V_ERR_NO_EXPLICIT_POLICY: .policyMissing
    case X509_V_ERR_INVALID_POLICY_EXTENSION: .policyMalformed
    case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED: .proxyCertificate
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS: .weakKey
    default: .refusedByOpenSSL
    }
  }
}
