/// The fields of a certificate as they stand in it (RFC 5280 section 4.1).
struct CertificateFields: Sendable {
  /// 1, 2 or 3; other numbers of a hostile certificate are kept.
  var version = 1
  var hasEncodedDefaultVersion = false
  var serialNumber: [UInt8] = []
  var innerAlgorithm: AlgorithmIdentifier
  var outerAlgorithm: AlgorithmIdentifier
  var issuer: DistinguishedName
  var notBefore: Int64
  var notAfter: Int64
  var subject: DistinguishedName
  var keyInfo: DERElement
  /// The content of the key's BIT STRING.
  var keyBits: [UInt8]
  var keyAlgorithm: AlgorithmIdentifier
  var extensions: [ExtensionField] = []
  var signature: [UInt8]

  /// - Parameter bytes: one certificate that passed ``DERStrictness``.
  init(_ bytes: [UInt8]) throws(CertificateError) {
    var outer = DERReader(bytes)
    var certificate = DERReader(try outer.next(DERTag.sequence).content)
    var tbs = DERReader(try certificate.next(DERTag.sequence).content)
    outerAlgorithm = try AlgorithmIdentifier(try certificate.next(DERTag.sequence))
    signature = try Self.wholeOctets(try certificate.next(DERTag.bitString))
    try certificate.finish()
    let versionNumber = try tbs.nextIf(DERTag.constructed(0)).map(Self.version)
    serialNumber = Array(try tbs.next(DERTag.integer).content)
    innerAlgorithm = try AlgorithmIdentifier(try tbs.next(DERTag.sequence))
    issuer = try DistinguishedName(try tbs.next(DERTag.sequence))
    (notBefore, notAfter) = try Self.validity(try tbs.next(DERTag.sequence))
    subject = try DistinguishedName(try tbs.next(DERTag.sequence))
    keyInfo = try tbs.next(DERTag.sequence)
    var key = DERReader(keyInfo.content)
    keyAlgorithm = try AlgorithmIdentifier(try key.next(DERTag.sequence))
    keyBits = try Self.wholeOctets(try key.next(DERTag.bitString))
    try key.finish()
    version = versionNumber ?? 1
    hasEncodedDefaultVersion = versionNumber == 1
    // Unique identifiers, which nobody should write and everybody should read over (section 4.1.2.8).
    for tag in [DERTag.primitive(1), DERTag.primitive(2)] { _ = try tbs.nextIf(tag) }
    extensions = try tbs.nextIf(DERTag.constructed(3)).map(ExtensionField.list) ?? []
    try tbs.finish()
  }

  private static func version(_ element: DERElement) throws(CertificateError) -> Int {
    var reader = DERReader(element.content)
    let number = try ExtensionValues.count(try reader.next(DERTag.integer))
    try reader.finish()
    return number + 1
  }

  private static func validity(_ element: DERElement) throws(CertificateError) -> (Int64, Int64) {
    var reader = DERReader(element.content)
    guard let notBefore = DERTime.seconds(try reader.next()), let notAfter = DERTime.seconds(try reader.next()) else {
      throw CertificateError(.malformed, "a validity that is not written as RFC 5280 section 4.1.2.5 demands")
    }
    try reader.finish()
    return (notBefore, notAfter)
  }

  static func wholeOctets(_ element: DERElement) throws(CertificateError) -> [UInt8] {
    guard element.content.first == 0 else { throw CertificateError(.malformed, "a key or signature of odd bits") }
    return Array(element.content.dropFirst())
  }
}
