/// What a revocation list covers (RFC 5280 section 5.2.5).
struct IssuingDistributionPoint: Sendable {
  let name: DistributionPoint.Name?
  let onlyContainsUserCerts: Bool
  let onlyContainsCACerts: Bool
  /// nil for all reasons.
  let onlySomeReasons: RevocationReasons?
  let indirectCRL: Bool
  let onlyContainsAttributeCerts: Bool
  /// The whole extension value: two lists of the same scope have the same.
  let encoded: [UInt8]

  init(_ value: ArraySlice<UInt8>) throws(CertificateError) {
    try DERStrictness.check(value)
    encoded = Array(value)
    var outer = DERReader(value)
    let content = try outer.next(DERTag.sequence).content
    guard !content.isEmpty else { throw CertificateError(.malformed, "an empty issuing distribution point") }
    var reader = DERReader(content)
    name = try reader.nextIf(DERTag.constructed(0)).map(DistributionPoint.Name.init)
    onlyContainsUserCerts = try Self.flag(reader.nextIf(DERTag.primitive(1)))
    onlyContainsCACerts = try Self.flag(reader.nextIf(DERTag.primitive(2)))
    onlySomeReasons = try reader.nextIf(DERTag.primitive(3)).map(RevocationReasons.init)
    indirectCRL = try Self.flag(reader.nextIf(DERTag.primitive(4)))
    onlyContainsAttributeCerts = try Self.flag(reader.nextIf(DERTag.primitive(5)))
    try reader.finish()
    guard [onlyContainsUserCerts, onlyContainsCACerts, onlyContainsAttributeCerts].count(where: \.self) <= 1 else {
      throw CertificateError(.malformed, "a list that excludes everything")
    }
  }

  private static func flag(_ element: DERElement?) throws(CertificateError) -> Bool {
    guard let element else { return false }
    guard element.content.elementsEqual([0xFF]) else { throw CertificateError(.notDER, "a flag that is not TRUE") }
    return true
  }
}
