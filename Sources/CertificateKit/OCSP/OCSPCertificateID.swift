import COpenSSL

/// Which certificate a question or an answer of OCSP is about: CertID (RFC 6960 section 4.1.1).
///
/// Always with SHA-1, the one hash that every responder knows. It identifies and proves nothing: whoever can answer has
/// the authority's trust, and the serial number is compared as it stands.
public struct OCSPCertificateID: Sendable, Hashable {
  /// Over the issuer field of the certificate in question.
  let issuerNameHash: [UInt8]
  /// Over the issuer's key without its algorithm.
  let issuerKeyHash: [UInt8]
  /// The content octets of the INTEGER.
  let serialNumber: [UInt8]

  /// - Parameter issuer: the certificate, of the validated path or an anchor, whose key signed `certificate`.
  public init(of certificate: Certificate, issuedBy issuer: Certificate) {
    issuerNameHash = SHA1.hash(certificate.issuer.der)
    issuerKeyHash = SHA1.hash(issuer.publicKey.keyBits)
    serialNumber = certificate.serialNumber
  }

  /// - Returns: nil for a CertID with another hash: it was not asked about.
  init?(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    let algorithm = try AlgorithmIdentifier(try reader.next(DERTag.sequence))
    issuerNameHash = Array(try reader.next(DERTag.octetString).content)
    issuerKeyHash = Array(try reader.next(DERTag.octetString).content)
    serialNumber = Array(try reader.next(DERTag.integer).content)
    try reader.finish()
    guard algorithm.oid == SHA1.oid, algorithm.hasNoParameters else { return nil }
    guard issuerNameHash.count == SHA1.size, issuerKeyHash.count == SHA1.size else { return nil }
  }

  var der: [UInt8] {
    let algorithm = DERWriter.sequence(DERWriter.element(DERTag.objectIdentifier, SHA1.oid.octets), [DERTag.null, 0])
    return DERWriter.sequence(
      algorithm, DERWriter.element(DERTag.octetString, issuerNameHash),
      DERWriter.element(DERTag.octetString, issuerKeyHash), DERWriter.element(DERTag.integer, serialNumber))
  }
}

/// SHA-1, for identifiers of OCSP and for nothing else.
enum SHA1 {
  /// 1.3.14.3.2.26.
  static let oid = OID(octets: [0x2B, 0x0E, 0x03, 0x02, 0x1A])
  static let size = 20

  /// - Returns: empty if OpenSSL fails, which no identifier equals.
  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_Digest(bytes, bytes.count, &output, &count, EVP_sha1(), nil) == 1 else { return [] }
    return Array(output.prefix(Int(count)))
  }
}
