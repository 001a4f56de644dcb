/// A revocation list without its entries (RFC 5280 section 5.1).
struct RevocationListFields {
  /// Everything but the entries stays below this.
  static let maximumHeaderSize = 65_536

  let tbs: RawDER.Element
  let version: [UInt8]?
  let innerAlgorithm: AlgorithmIdentifier
  let outerAlgorithm: AlgorithmIdentifier
  let signature: [UInt8]
  let issuer: DistinguishedName
  let thisUpdate: Int64
  let nextUpdate: Int64?
  /// revokedCertificates, where it stands.
  let revoked: RawDER.Element?
  let extensions: [ExtensionField]

  init(_ raw: RawDER) throws(CertificateError) {
    let whole = try raw.element(at: 0, end: raw.bytes.count, DERTag.sequence)
    guard whole.end == raw.bytes.count else { throw CertificateError(.trailingData, "bytes follow the list's end") }
    tbs = try raw.element(at: whole.content, end: whole.end, DERTag.sequence)
    var tail = DERReader(try Self.checked(raw, from: tbs.end, to: whole.end))
    outerAlgorithm = try AlgorithmIdentifier(try tail.next(DERTag.sequence))
    signature = try CertificateFields.wholeOctets(try tail.next(DERTag.bitString))
    try tail.finish()
    revoked = try Self.revoked(raw, in: tbs)
    var head = DERReader(try Self.checked(raw, from: tbs.content, to: revoked?.start ?? tbs.end))
    version = try head.nextIf(DERTag.integer).map { Array($0.content) }
    innerAlgorithm = try AlgorithmIdentifier(try head.next(DERTag.sequence))
    issuer = try DistinguishedName(try head.next(DERTag.sequence))
    thisUpdate = try Self.time(try head.next())
    let hasNextUpdate = head.nextTag == DERTag.utcTime || head.nextTag == DERTag.generalizedTime
    nextUpdate = hasNextUpdate ? try Self.time(try head.next()) : nil
    if let revoked {
      try head.finish()
      head = DERReader(try Self.checked(raw, from: revoked.end, to: tbs.end))
    }
    extensions = try head.nextIf(DERTag.constructed(0)).map(ExtensionField.list) ?? []
    try head.finish()
  }

  /// Steps over what comes before revokedCertificates: the first SEQUENCE after a time.
  private static func revoked(_ raw: RawDER, in tbs: RawDER.Element) throws(CertificateError) -> RawDER.Element? {
    var offset = tbs.content
    var hasTime = false
    while offset < tbs.end {
      let element = try raw.element(at: offset, end: tbs.end)
      if hasTime && element.tag == DERTag.sequence { return element }
      hasTime = hasTime || element.tag == DERTag.utcTime || element.tag == DERTag.generalizedTime
      offset = element.end
    }
    return nil
  }

  /// A copy of a part, each element of which is DER.
  private static func checked(_ raw: RawDER, from start: Int, to end: Int) throws(CertificateError) -> [UInt8] {
    guard end - start <= maximumHeaderSize else { throw CertificateError(.tooLarge, "more than entries in a list") }
    let copy = Array(raw.bytes[start..<end])
    var reader = DERReader(copy)
    while !reader.isAtEnd { try DERStrictness.check(try reader.next().encoded) }
    return copy
  }

  private static func time(_ element: DERElement) throws(CertificateError) -> Int64 {
    guard let seconds = DERTime.seconds(element) else {
      throw CertificateError(.malformed, "a time that is not written as RFC 5280 section 5.1.2.4 demands")
    }
    return seconds
  }
}
