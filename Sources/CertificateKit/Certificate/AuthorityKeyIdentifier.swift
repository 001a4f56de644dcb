/// Which key signed (RFC 5280 section 4.2.1.1).
struct AuthorityKeyIdentifier: Sendable {
  let keyIdentifier: [UInt8]?
  let issuer: [GeneralName]?
  /// The content octets of the serial number of the issuer's certificate.
  let serialNumber: [UInt8]?

  init(_ element: DERElement) throws(CertificateError) {
    try ExtensionValues.demand(element, DERTag.sequence)
    var reader = DERReader(element.content)
    keyIdentifier = try reader.nextIf(DERTag.primitive(0)).map { Array($0.content) }
    issuer = try reader.nextIf(DERTag.constructed(1)).map(GeneralName.list)
    serialNumber = try reader.nextIf(DERTag.primitive(2)).map { Array($0.content) }
    try reader.finish()
    guard (issuer == nil) == (serialNumber == nil) else {
      throw CertificateError(.malformed, "an issuer without a serial number, or the other way round")
    }
    guard serialNumber.map({ DERStrictness.isMinimalInteger($0[...]) }) ?? true else {
      throw CertificateError(.notDER, "a serial number that is not in its DER form")
    }
  }

  /// Whether a certificate can be the one that is meant. What either side leaves out does not count.
  func matches(_ candidate: Certificate) -> Bool {
    if let keyIdentifier, let other = candidate.subjectKeyIdentifier, keyIdentifier != other { return false }
    guard let issuer, let serialNumber else { return true }
    guard serialNumber == candidate.serialNumber else { return false }
    let names = issuer.compactMap { name in
      if case .directoryName(let name) = name { name } else { nil }
    }
    return names.isEmpty || names.contains(candidate.issuer)
  }
}
