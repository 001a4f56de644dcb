/// A question to an OCSP responder about one certificate (RFC 6960 section 4.1), and the judge of the answer to it.
public struct OCSPRequest: Sendable {
  /// The media type of a question.
  public static let mediaType = "application/ocsp-request"
  /// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
  static let nonceExtension = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02])

  public let certificateID: OCSPCertificateID
  /// The body of a POST.
  public let der: [UInt8]
  let issuer: Certificate
  let nonce: [UInt8]

  /// - Parameters:
  ///   - issuer: the certificate, of the validated path or an anchor, whose key signed `certificate`.
  ///   - nonce: 32 random octets, used once (RFC 8954 section 2.1).
  public init(for certificate: Certificate, issuedBy issuer: Certificate, nonce: [UInt8]) {
    certificateID = OCSPCertificateID(of: certificate, issuedBy: issuer)
    self.issuer = issuer
    self.nonce = nonce
    let requests = DERWriter.sequence(DERWriter.sequence(certificateID.der))
    let value = DERWriter.element(DERTag.octetString, DERWriter.element(DERTag.octetString, nonce))
    let name = DERWriter.element(DERTag.objectIdentifier, Self.nonceExtension.octets)
    let extensions = DERWriter.element(DERTag.constructed(2), DERWriter.sequence(DERWriter.sequence(name, value)))
    der = DERWriter.sequence(DERWriter.sequence(requests, extensions))
  }

  /// Judges what came back. Whatever does not prove something is `unknown`; nothing is thrown.
  /// - Parameters:
  ///   - response: the body, as it came.
  ///   - now: seconds since 1970.
  ///   - responders: who knows whether a responder's certificate is revoked; only asked about one that does not carry
  ///     id-pkix-ocsp-nocheck, and without it such a responder is not believed.
  public func judge(
    _ response: [UInt8], by rules: OCSPRules, at now: Int64, responders: (any RevocationSource)? = nil
  ) -> OCSPVerdict {
    OCSPJudge(request: self, rules: rules, now: now, responders: responders).verdict(response)
  }
}
