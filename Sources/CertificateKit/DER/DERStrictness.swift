/// Walks a whole structure and demands DER of every element in it, before anybody interprets the bytes.
///
/// Bounded by the bytes themselves: each is looked at once, and nesting has a limit.
enum DERStrictness {
  /// Deeper than any certificate or revocation list of RFC 5280 needs (a distribution point's name has eleven levels).
  static let maximumDepth = 20

  /// - Throws: ``CertificateError`` with `truncated`, `notDER`, `tooDeep` or `trailingData`.
  static func check(_ bytes: ArraySlice<UInt8>) throws(CertificateError) {
    var reader = DERReader(bytes)
    try check(try reader.next(), depth: 1)
    guard reader.isAtEnd else { throw CertificateError(.trailingData, "bytes follow the structure's end") }
  }

  private static func check(_ element: DERElement, depth: Int) throws(CertificateError) {
    guard element.tag & 0x20 != 0 else { return try checkPrimitive(element) }
    guard element.tag & 0xC0 != 0 || element.tag == DERTag.sequence || element.tag == DERTag.set else {
      throw CertificateError(.notDER, "a constructed string")
    }
    guard depth < maximumDepth else { throw CertificateError(.tooDeep, "nested deeper than \(maximumDepth)") }
    var reader = DERReader(element.content)
    while !reader.isAtEnd { try check(try reader.next(), depth: depth + 1) }
  }

  private static func checkPrimitive(_ element: DERElement) throws(CertificateError) {
    let content = element.content
    let isFine =
      switch element.tag {
      case DERTag.boolean: content.count == 1 && (content.first == 0 || content.first == 0xFF)
      case DERTag.integer, DERTag.enumerated: isMinimalInteger(content)
      case DERTag.bitString: isBitString(content)
      case DERTag.null: content.isEmpty
      case DERTag.objectIdentifier: OID.isWellFormed(content)
      case DERTag.sequence & 0x1F, DERTag.set & 0x1F: false
      default: true
      }
    guard isFine else { throw CertificateError(.notDER, "a value of type \(element.tag) is not in its DER form") }
  }

  static func isMinimalInteger(_ content: ArraySlice<UInt8>) -> Bool {
    guard let first = content.first else { return false }
    guard content.count > 1 else { return true }
    let second = content[content.startIndex + 1]
    return !(first == 0 && second < 0x80) && !(first == 0xFF && second >= 0x80)
  }

  private static func isBitString(_ content: ArraySlice<UInt8>) -> Bool {
    guard let unused = content.first, unused < 8, let last = content.last else { return false }
    return content.count == 1 ? unused == 0 : last & ((1 << unused) - 1) == 0
  }
}
