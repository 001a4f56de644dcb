/// One TLV: where it stands, and what is in it.
struct DERElement: Sendable {
  let tag: UInt8
  /// With identifier and length.
  let encoded: ArraySlice<UInt8>
  let content: ArraySlice<UInt8>
}

/// Reads TLVs one after the other, in DER's form only: definite lengths, as short as they can be (X.690 section 10.1).
struct DERReader: Sendable {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }
  /// The identifier of the next element, or nil at the end.
  var nextTag: UInt8? { rest.first }

  mutating func next() throws(CertificateError) -> DERElement {
    guard let tag = rest.first else { throw CertificateError(.truncated, "an element is missing") }
    guard tag & 0x1F != 0x1F, tag != 0 else { throw CertificateError(.notDER, "an identifier of an unknown form") }
    let (headerCount, contentCount) = try header()
    let start = rest.startIndex
    let encoded = rest[start..<start + headerCount + contentCount]
    rest = rest[encoded.endIndex...]
    return DERElement(tag: tag, encoded: encoded, content: encoded[(start + headerCount)...])
  }

  mutating func next(_ tag: UInt8) throws(CertificateError) -> DERElement {
    guard let found = nextTag else { throw CertificateError(.malformed, "an element is missing") }
    guard found == tag else { throw CertificateError(.malformed, "an element has another type than expected") }
    return try next()
  }

  mutating func nextIf(_ tag: UInt8) throws(CertificateError) -> DERElement? {
    nextTag == tag ? try next() : nil
  }

  /// - Throws: ``CertificateError`` if something is left.
  func finish() throws(CertificateError) {
    guard isAtEnd else { throw CertificateError(.malformed, "a structure has more elements than it may have") }
  }

  private func header() throws(CertificateError) -> (headerCount: Int, contentCount: Int) {
    let start = rest.startIndex
    guard rest.count >= 2 else { throw CertificateError(.truncated, "a length is missing") }
    let first = rest[start + 1]
    if first < 0x80 { return try bounded(2, Int(first)) }
    let octets = Int(first & 0x7F)
    guard octets > 0 else { throw CertificateError(.notDER, "an indefinite length") }
    guard octets <= 4 else { throw CertificateError(.notDER, "a length of more than four octets") }
    guard rest.count >= 2 + octets else { throw CertificateError(.truncated, "a length is cut off") }
    let length = rest[start + 2..<start + 2 + octets].reduce(0) { $0 << 8 | Int($1) }
    guard length >= 0x80, length >> (8 * (octets - 1)) != 0 else {
      throw CertificateError(.notDER, "a length that is longer than it need be")
    }
    return try bounded(2 + octets, length)
  }

  private func bounded(_ headerCount: Int, _ contentCount: Int) throws(CertificateError) -> (Int, Int) {
    guard rest.count - headerCount >= contentCount else {
      throw CertificateError(.truncated, "an element is longer than what holds it")
    }
    return (headerCount, contentCount)
  }
}
