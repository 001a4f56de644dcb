/// Who may answer for an authority: itself, or whom it certified for that (RFC 6960 section 4.2.2.2).
struct OCSPResponders {
  /// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9.
  private static let signing = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09])

  let issuer: Certificate
  let now: Int64
  let revocation: (any RevocationSource)?

  /// - Throws: ``OCSPRefusal`` unless somebody signed the response who may.
  func verify(_ response: OCSPBasicResponse) throws(OCSPRefusal) {
    guard response.algorithm.refusal == nil else {
      throw OCSPRefusal(.weakSignature, "the answer's signature algorithm is refused")
    }
    if response.responder.names(issuer), signs(issuer, response) { return }
    var refusal: OCSPRefusal?
    for candidate in response.certificates where response.responder.names(candidate) && candidate != issuer {
      do throws(OCSPRefusal) {
        try checkAuthorised(candidate)
        if signs(candidate, response) { return }
        refusal = OCSPRefusal(.signatureInvalid, "the responder did not sign the answer")
      } catch {
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
    if response.responder.names(issuer) {
      throw OCSPRefusal(.signatureInvalid, "the authority did not sign the answer")
    }
    throw OCSPRefusal(.responderMissing, "the answer has no certificate of the responder that it names")
  }

  private func signs(_ signer: Certificate, _ response: OCSPBasicResponse) -> Bool {
    signer.verifies(signature: response.signature, of: response.signed, response.algorithm)
  }

  /// The authority's own key needs no key usage for answers, because section 4.2.2.2 does not ask for one. A delegate
  /// needs all that a certificate needs, and its purpose.
  private func checkAuthorised(_ delegate: Certificate) throws(OCSPRefusal) {
    guard delegate.issuer == issuer.subject, delegate.isSigned(by: issuer) else {
      throw OCSPRefusal(.responderNotAuthorised, "the responder's certificate is not from the authority in question")
    }
    guard delegate.extendedKeyUsage?.contains(Self.signing) == true else {
      throw OCSPRefusal(.responderNotAuthorised, "the responder's certificate is not for signing answers")
    }
    guard delegate.keyUsage?.contains(.digitalSignature) ?? true else {
      throw OCSPRefusal(.responderNotAuthorised, "the responder's key usage lacks digitalSignature")
    }
    if let defect = delegate.defects.first(where: { $0.places.contains(.leaf) }) {
      throw OCSPRefusal(.responderMalformed, "the responder's certificate: \(defect.reason.rawValue): \(defect.detail)")
    }
    guard now >= delegate.notBefore else {
      throw OCSPRefusal(.responderNotYetValid, "the responder's certificate is not valid yet")
    }
    guard now <= delegate.notAfter else {
      throw OCSPRefusal(.responderExpired, "the responder's certificate has expired")
    }
    try checkNotRevoked(delegate)
  }

  private func checkNotRevoked(_ delegate: Certificate) throws(OCSPRefusal) {
    guard !delegate.hasOCSPNoCheck else { return }
    switch revocation?.status(of: delegate, issuedBy: issuer, at: now) {
    case .good: return
    case .revoked: throw OCSPRefusal(.responderRevoked, "the responder's certificate is revoked")
    case .unknown, nil:
      throw OCSPRefusal(.responderRevocationUnknown, "nobody knows whether the responder's certificate is revoked")
    }
  }
}
