/// Reads revokedCertificates (RFC 5280 section 5.1.2.6), one entry after the other.
struct RevokedEntryReader {
  private static let reasonCode = OID(octets: [0x55, 0x1D, 0x15])
  private static let invalidityDate = OID(octets: [0x55, 0x1D, 0x18])
  /// A reasonCode as nearly every list writes it: SEQUENCE, OID, OCTET STRING, ENUMERATED, up to the value.
  private static let plainReason: [UInt8] = [
    0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01,
  ]

  let raw: RawDER
  /// What is wrong with some entry, so that the list must not be used.
  private(set) var defect: RevocationListDefect?

  init(_ raw: RawDER) { self.raw = raw }

  /// Reads twice: once to know how much room the entries take, once to keep them. So nothing is ever moved.
  mutating func read(_ list: RawDER.Element) throws(CertificateError) -> RevokedEntries {
    var count = 0
    var octets = 0
    var offset = list.content
    while offset < list.end {
      let entry = try raw.element(at: offset, end: list.end, DERTag.sequence)
      let serial = try self.serial(entry)
      (count, octets, offset) = (count + 1, octets + serial.end - serial.content, entry.end)
    }
    guard octets + count * 6 < Int(UInt32.max) else { throw CertificateError(.tooLarge, "too many entries") }
    var entries = RevokedEntries(count: count, octets: octets)
    offset = list.content
    while offset < list.end {
      let entry = try raw.element(at: offset, end: list.end, DERTag.sequence)
      let serial = try self.serial(entry)
      entries.insert(raw.content(serial), try rest(of: entry, after: serial.end))
      offset = entry.end
    }
    return entries
  }

  private func serial(_ entry: RawDER.Element) throws(CertificateError) -> RawDER.Element {
    let serial = try raw.element(at: entry.content, end: entry.end, DERTag.integer)
    let content = raw.content(serial)
    let isMinimal =
      content.count == 1
      || (content.count > 1 && !(content[0] == 0 && content[1] < 0x80) && !(content[0] == 0xFF && content[1] >= 0x80))
    guard isMinimal, content.count < 256 else { throw CertificateError(.notDER, "an entry's serial number") }
    return serial
  }

  private mutating func rest(
    of entry: RawDER.Element, after offset: Int
  ) throws(CertificateError) -> RevokedEntries.Entry {
    let time = try raw.element(at: offset, end: entry.end)
    guard let date = DERTime.seconds(time.tag, raw.content(time)) else {
      throw CertificateError(.malformed, "an entry's date")
    }
    guard time.end < entry.end else { return RevokedEntries.Entry(date: date, reason: .unspecified) }
    let extensions = try raw.element(at: time.end, end: entry.end, DERTag.sequence)
    guard extensions.end == entry.end else { throw CertificateError(.malformed, "an entry with more than it may have") }
    return RevokedEntries.Entry(date: date, reason: try reason(extensions))
  }

  private mutating func reason(_ extensions: RawDER.Element) throws(CertificateError) -> RevocationReason {
    let whole = UnsafeRawBufferPointer(rebasing: raw.bytes[extensions.start..<extensions.end])
    if whole.count == Self.plainReason.count + 1, whole.dropLast().elementsEqual(Self.plainReason),
      let last = whole.last
    {
      return known(last)
    }
    return try slowReason(raw.copy(extensions))
  }

  private mutating func known(_ value: UInt8) -> RevocationReason {
    guard let reason = RevocationReason(rawValue: value) else {
      note(.crlEntryMalformed, "an unknown reason")
      return .unspecified
    }
    return reason
  }

  /// Any other combination of extensions: critical ones that are not processed make the whole list useless.
  private mutating func slowReason(_ bytes: [UInt8]) throws(CertificateError) -> RevocationReason {
    try DERStrictness.check(bytes[...])
    var reader = DERReader(try Self.content(bytes))
    var reason = RevocationReason.unspecified
    var seen: Set<OID> = []
    repeat {
      let field = try ExtensionField(try reader.next(DERTag.sequence))
      if !seen.insert(field.oid).inserted { note(.crlEntryMalformed, "an entry with an extension twice") }
      if field.hasEncodedDefault { note(.crlEncodedDefault, "a default value is written out") }
      if field.oid == Self.reasonCode {
        reason = try enumerated(field.value)
      } else if field.oid == Self.invalidityDate {
        try checkDate(field.value)
      } else if field.isCritical {
        note(.crlEntryUnknownCritical, "an entry with the critical extension \(field.oid)")
      }
    } while !reader.isAtEnd
    return reason
  }

  private static func content(_ bytes: [UInt8]) throws(CertificateError) -> ArraySlice<UInt8> {
    var reader = DERReader(bytes)
    return try reader.next(DERTag.sequence).content
  }

  private mutating func enumerated(_ value: ArraySlice<UInt8>) throws(CertificateError) -> RevocationReason {
    var reader = DERReader(value)
    let content = try reader.next(DERTag.enumerated).content
    try reader.finish()
    guard content.count == 1, let code = content.first else { throw CertificateError(.malformed, "an entry's reason") }
    return known(code)
  }

  private mutating func checkDate(_ value: ArraySlice<UInt8>) throws(CertificateError) {
    var reader = DERReader(value)
    let time = try reader.next(DERTag.generalizedTime)
    try reader.finish()
    if DERTime.seconds(time) == nil { note(.crlEntryMalformed, "an entry's invalidity date") }
  }

  private mutating func note(_ reason: RejectionReason, _ detail: String) {
    if defect == nil { defect = RevocationListDefect(reason, detail) }
  }
}
