/// An AlgorithmIdentifier as it stands in a certificate (RFC 5280 section 4.1.1.2).
struct AlgorithmIdentifier: Sendable {
  let encoded: [UInt8]
  let oid: OID
  /// The parameters with their identifier and length; nil if absent.
  let parameters: DERElement?

  init(_ element: DERElement) throws(CertificateError) {
    encoded = Array(element.encoded)
    var reader = DERReader(element.content)
    oid = OID(octets: try reader.next(DERTag.objectIdentifier).content)
    parameters = reader.isAtEnd ? nil : try reader.next()
    try reader.finish()
  }

  /// Whether the parameters are absent, or NULL.
  var hasNoParameters: Bool { parameters.map { $0.tag == DERTag.null } ?? true }
}
