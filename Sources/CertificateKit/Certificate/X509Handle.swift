import COpenSSL

/// Owns an X509 of OpenSSL.
///
/// Unchecked: the certificate is made here and never changed. What OpenSSL caches inside of it is made in `init`,
/// before a second thread can see it.
final class X509Handle: @unchecked Sendable {
  let pointer: OpaquePointer
  /// OpenSSL found no fault in the extensions that it knows.
  let hasReadableExtensions: Bool

  init(der: [UInt8]) throws(CertificateError) {
    defer { ERR_clear_error() }
    let certificate = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var next = buffer.baseAddress
      guard let certificate = d2i_X509(nil, &next, buffer.count) else { return nil }
      guard next == buffer.baseAddress.map({ $0 + buffer.count }) else {
        X509_free(certificate)
        return nil
      }
      return certificate
    }
    guard let certificate else { throw CertificateError(.unreadable, "OpenSSL does not read the certificate") }
    pointer = certificate
    hasReadableExtensions = X509_check_purpose(certificate, -1, 0) == 1
  }

  /// The public key, which the certificate owns; nil if OpenSSL does not read it.
  var publicKey: OpaquePointer? {
    defer { ERR_clear_error() }
    return X509_get0_pubkey(pointer)
  }

  deinit { X509_free(pointer) }
}
