/// Authority information access (RFC 5280 section 4.2.2.1).
extension ExtensionValues {
  private static let ocsp = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01])
  private static let caIssuers = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02])

  mutating func readAccess(_ value: DERElement) throws(CertificateError) {
    for (method, location) in try Self.accessDescriptions(value) {
      guard let url = Self.webAddress(location) else { continue }
      if method == Self.ocsp { ocspURLs.append(url) }
      if method == Self.caIssuers { caIssuersURLs.append(url) }
    }
  }

  static func accessDescriptions(_ value: DERElement) throws(CertificateError) -> [(OID, GeneralName)] {
    var found: [(OID, GeneralName)] = []
    for element in try elements(value) {
      try demand(element, DERTag.sequence)
      var reader = DERReader(element.content)
      let method = OID(octets: try reader.next(DERTag.objectIdentifier).content)
      found.append((method, try GeneralName(try reader.next())))
      try reader.finish()
    }
    return found
  }

  /// A name as an `http` or `https` address; nil for every other name.
  static func webAddress(_ name: GeneralName) -> String? {
    guard case .uniformResourceIdentifier(let bytes) = name, NameSyntax.isURI(bytes) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let lowered = text.prefix(8).lowercased()
    return lowered.hasPrefix("http://") || lowered.hasPrefix("https://") ? text : nil
  }
}
