import CertificateKit

/// What must be true of every answer about a path, whatever the input.
struct ValidationPromises {
  let request: ValidationRequest
  let trust: TrustStore
  /// nil if the input brought anchors of its own.
  let known: KnownFiles?

  /// The extensions of RFC 5280 section 4.2.1 that may be critical, and id-pkix-ocsp-nocheck.
  private static let processed = Set(
    ["15", "17", "19", "30", "31", "32", "33", "36", "37", "54"].compactMap { OID("2.5.29.\($0)") }
      + ["1.3.6.1.5.5.7.48.1.5"].compactMap { OID($0) })

  func broken(by outcome: ValidationOutcome, _ policy: RevocationPolicy) -> String? {
    switch outcome {
    case .invalid(let rejection): rejectionPromise(rejection)
    case .valid(let path):
      pathPromise(path) ?? revocationPromise(path, policy) ?? known.flatMap { knownPromise(path, $0, policy) }
    }
  }

  private func rejectionPromise(_ rejection: Rejection) -> String? {
    rejection.detail.isEmpty || rejection.position.map { $0 < 0 || $0 > 64 } ?? false
      ? "a rejection without a detail, or of nobody" : nil
  }

  /// RFC 5280 section 6.1, once more and in the plainest way.
  private func pathPromise(_ path: ValidatedPath) -> String? {
    let certificates = path.certificates
    guard certificates.count >= 2, path.leaf == request.leaf else { return "a path that is not the leaf's" }
    guard trust.anchors.contains(path.anchor) else { return "a path to what is no anchor" }
    guard Set(certificates).count == certificates.count else { return "a certificate twice in a path" }
    guard certificates.count - 2 <= request.maximumIntermediates else { return "a path that is too long" }
    let atHand = Set(request.intermediates + trust.intermediates)
    for (position, certificate) in certificates.enumerated() {
      guard (certificate.notBefore...max(certificate.notBefore, certificate.notAfter)).contains(request.time) else {
        return "certificate \(position) of the path is not valid at that time"
      }
      guard position + 1 < certificates.count else { continue }
      let issuer = certificates[position + 1]
      guard certificate.issuer == issuer.subject else { return "certificate \(position) has another issuer" }
      guard certificate.isSigned(by: issuer) else { return "certificate \(position) has another's signature" }
      guard position == 0 || (certificate.isCA && atHand.contains(certificate)) else {
        return "certificate \(position) is no authority, or from nowhere"
      }
      guard certificate.criticalExtensions.allSatisfy(Self.processed.contains) else {
        return "certificate \(position) has a critical extension that nobody processes"
      }
      guard issuer.keyUsage?.contains(.keyCertSign) ?? true else { return "an issuer that may not sign certificates" }
    }
    return nil
  }

  private func revocationPromise(_ path: ValidatedPath, _ policy: RevocationPolicy) -> String? {
    guard policy.lists != nil || !policy.sources.isEmpty else {
      return path.revocation.isEmpty && !path.isKnownGood ? nil : "statuses without anybody who was asked"
    }
    guard path.revocation.count == path.certificates.count - 1 else { return "certificates without a status" }
    for status in path.revocation {
      switch status {
      case .good: continue
      case .revoked: return "a path with a revoked certificate"
      case .unknown where policy.unknown == .refused: return "a path of which nobody knows whether it is revoked"
      case .unknown: continue
      }
    }
    return nil
  }

  /// Nobody has the keys of the known authorities any more, so that only known certificates can have a path.
  private func knownPromise(_ path: ValidatedPath, _ known: KnownFiles, _ policy: RevocationPolicy) -> String? {
    for (position, certificate) in path.certificates.enumerated() {
      guard let facts = known.facts[certificate.der] else { return "certificate \(position) of a path is a forgery" }
      guard (facts.notBefore...facts.notAfter).contains(request.time) else { return "a known one out of its time" }
      let role = position == 0 ? "issued" : position + 1 == path.certificates.count ? "anchor" : "authority"
      guard facts.words.contains(role) else { return "certificate \(position) of a path is none for that place" }
      guard position + 1 < path.certificates.count, !path.revocation.isEmpty else { continue }
      if let broken = statusPromise(path.revocation[position], facts) { return broken }
    }
    guard let words = known.facts[path.leaf.der]?.words else { return "the leaf of a path is a forgery" }
    if request.purpose == .clientAuth && !words.contains("client") { return "a leaf for other purposes" }
    let policies = request.policies
    if policies.requireExplicitPolicy && !policies.initialPolicies.isEmpty && !words.contains("cns") {
      return "a leaf without the policy"
    }
    return nil
  }

  private func statusPromise(_ status: RevocationStatus, _ facts: KnownFiles.Facts) -> String? {
    switch status {
    case .good where facts.words.isDisjoint(with: ["revoked", "silent"]): nil
    case .good: "a good status of a certificate that has none"
    case .revoked where facts.words.contains("revoked"): nil
    case .revoked: "a certificate is revoked that nobody has revoked"
    case .unknown: nil
    }
  }

  /// The sources alone, of the leaf and each issuer that it may have.
  func brokenByStatuses(from sources: [any RevocationSource], issuers: [Certificate]) -> String? {
    guard let known else { return nil }
    let leaf = request.leaf
    for issuer in Set(issuers + known.trust.intermediates) where known.facts[issuer.der] != nil {
      guard issuer.subject == leaf.issuer, leaf.isSigned(by: issuer), let facts = known.facts[leaf.der] else {
        continue
      }
      for source in sources {
        guard let status = source.status(of: leaf, issuedBy: issuer, at: request.time) else { continue }
        if let broken = statusPromise(status, facts) { return broken }
      }
    }
    return nil
  }
}
