/// The form of the policy extensions (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14); OpenSSL processes them.
enum PolicyExtensions {
  static let anyPolicy = OID(octets: [0x55, 0x1D, 0x20, 0x00])

  /// id-qt-cps and id-qt-unotice.
  private static let knownQualifiers: Set<OID> = [
    OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01]),
    OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x02]),
  ]

  /// - Returns: the policies, and whether each qualifier is one of the two that RFC 5280 knows.
  static func policies(_ value: DERElement) throws(CertificateError) -> (policies: [OID], areQualifiersKnown: Bool) {
    var found: [OID] = []
    var areKnown = true
    for element in try ExtensionValues.elements(value) {
      try ExtensionValues.demand(element, DERTag.sequence)
      var reader = DERReader(element.content)
      let policy = OID(octets: try reader.next(DERTag.objectIdentifier).content)
      if let qualifiers = try reader.nextIf(DERTag.sequence) { areKnown = try readQualifiers(qualifiers) && areKnown }
      try reader.finish()
      found.append(policy)
    }
    guard Set(found).count == found.count else { throw CertificateError(.malformed, "a policy that is there twice") }
    return (found, areKnown)
  }

  private static func readQualifiers(_ value: DERElement) throws(CertificateError) -> Bool {
    var areKnown = true
    for element in try ExtensionValues.elements(value) {
      try ExtensionValues.demand(element, DERTag.sequence)
      var reader = DERReader(element.content)
      let qualifier = OID(octets: try reader.next(DERTag.objectIdentifier).content)
      areKnown = areKnown && knownQualifiers.contains(qualifier)
      _ = try reader.next()
      try reader.finish()
    }
    return areKnown
  }

  static func checkMappings(_ value: DERElement) throws(CertificateError) {
    for element in try ExtensionValues.elements(value) {
      try ExtensionValues.demand(element, DERTag.sequence)
      var reader = DERReader(element.content)
      let pair = [try reader.next(DERTag.objectIdentifier), try reader.next(DERTag.objectIdentifier)]
      try reader.finish()
      guard !pair.contains(where: { OID(octets: $0.content) == anyPolicy }) else {
        throw CertificateError(.malformed, "a mapping from or to anyPolicy")
      }
    }
  }

  static func checkConstraints(_ value: DERElement) throws(CertificateError) {
    try ExtensionValues.demand(value, DERTag.sequence)
    guard !value.content.isEmpty else { throw CertificateError(.malformed, "policy constraints without any") }
    var reader = DERReader(value.content)
    for tag in [DERTag.primitive(0), DERTag.primitive(1)] {
      guard let count = try reader.nextIf(tag) else { continue }
      guard DERStrictness.isMinimalInteger(count.content) else {
        throw CertificateError(.notDER, "a count that is not in its DER form")
      }
      _ = try ExtensionValues.count(count)
    }
    try reader.finish()
  }

  static func checkSkipCertificates(_ value: DERElement) throws(CertificateError) {
    try ExtensionValues.demand(value, DERTag.integer)
    _ = try ExtensionValues.count(value)
  }
}
