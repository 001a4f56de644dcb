/// Reads TLVs straight out of a large buffer, by offsets and without copies. As strict as ``DERReader``.
struct RawDER {
  struct Element {
    let tag: UInt8
    let start: Int
    let content: Int
    let end: Int
  }

  let bytes: UnsafeRawBufferPointer

  /// - Parameters:
  ///   - offset: where the element begins.
  ///   - end: where what holds it ends.
  func element(at offset: Int, end: Int) throws(CertificateError) -> Element {
    guard end - offset >= 2 else { throw CertificateError(.truncated, "an element is missing") }
    let tag = bytes[offset]
    guard tag & 0x1F != 0x1F, tag != 0 else { throw CertificateError(.notDER, "an identifier of an unknown form") }
    let first = Int(bytes[offset + 1])
    if first < 0x80 { return try bounded(tag, offset, offset + 2, first, end) }
    let octets = first & 0x7F
    guard octets > 0 else { throw CertificateError(.notDER, "an indefinite length") }
    guard octets <= 4 else { throw CertificateError(.notDER, "a length of more than four octets") }
    guard end - offset >= 2 + octets else { throw CertificateError(.truncated, "a length is cut off") }
    var length = 0
    for index in offset + 2..<offset + 2 + octets { length = length << 8 | Int(bytes[index]) }
    guard length >= 0x80, length >> (8 * (octets - 1)) != 0 else {
      throw CertificateError(.notDER, "a length that is longer than it need be")
    }
    return try bounded(tag, offset, offset + 2 + octets, length, end)
  }

  func element(at offset: Int, end: Int, _ tag: UInt8) throws(CertificateError) -> Element {
    let found = try element(at: offset, end: end)
    guard found.tag == tag else { throw CertificateError(.malformed, "an element has another type than expected") }
    return found
  }

  func content(_ element: Element) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[element.content..<element.end])
  }

  func copy(_ element: Element) -> [UInt8] { Array(bytes[element.start..<element.end]) }

  private func bounded(
    _ tag: UInt8, _ start: Int, _ content: Int, _ length: Int, _ end: Int
  ) throws(CertificateError) -> Element {
    guard end - content >= length else {
      throw CertificateError(.truncated, "an element is longer than what holds it")
    }
    return Element(tag: tag, start: start, content: content, end: content + length)
  }
}
