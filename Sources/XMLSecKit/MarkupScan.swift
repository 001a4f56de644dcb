/// A first look at the bytes, in one pass without memory of its own: it keeps what is expensive away from the parser.
/// It need not understand XML as well as the parser does, which reads the same bytes afterwards and has the last word.
struct MarkupScan {
  private let bytes: [UInt8]
  private let limits: XMLLimits
  private var position = 0
  private var nodes = 0
  private var canonicalSteps = 0
  /// Namespace declarations of each open element, and their sum.
  private var declared: [Int] = []
  private var inScope = 0

  init(_ bytes: [UInt8], limits: XMLLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func run() throws(XMLRefusal) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= limits.bytes else { throw .tooLarge(bytes: bytes.count, limit: limits.bytes) }
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.contains(0) { throw .encoding }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    try declaration()
    while let start = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      position = start
      try markup()
    }
  }

  /// The XML declaration may name UTF-8 only: no other decoder is to see the bytes.
  private mutating func declaration() throws(XMLRefusal) {
    guard next(Mark.declaration), position + 5 < bytes.count, isBlank(position + 5) else { return }
    let start = position
    try skip(past: Mark.endOfInstruction)
    let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    guard let label = text.firstRange(of: "encoding") else { return }
    guard text[label.upperBound...].contains("utf-8") else { throw .encoding }
  }

  private mutating func markup() throws(XMLRefusal) {
    if next(Mark.endTag) {
      try skip(past: Mark.endOfTag, from: 2)
      inScope -= declared.popLast() ?? 0
      return
    }
    try count(1)
    if next(Mark.comment) {
      try skip(past: Mark.endOfComment, from: 4)
    } else if next(Mark.characterData) {
      try skip(past: Mark.endOfCharacterData, from: 9)
    } else if next(Mark.exclamation) {
      throw next(Mark.documentType) ? .documentType : .malformed(line: line)
    } else if next(Mark.instruction) {
      try skip(past: Mark.endOfInstruction, from: 2)
    } else {
      try startTag()
    }
  }

  private mutating func startTag() throws(XMLRefusal) {
    let tag = try readTag()
    try count(tag.attributes)
    guard tag.attributes <= limits.attributes else { throw .tooManyAttributes(limit: limits.attributes) }
    guard inScope + tag.namespaces <= limits.namespaces else { throw .tooManyNamespaces(limit: limits.namespaces) }
    guard declared.count < limits.depth else { throw .tooDeep(limit: limits.depth) }
    let seen = inScope + tag.namespaces
    canonicalSteps += seen * (seen + declared.count)
    guard canonicalSteps <= XMLLimits.canonicalSteps else { throw .tooCostly }
    guard !tag.isEmpty else { return }
    declared.append(tag.namespaces)
    inScope += tag.namespaces
  }

  private mutating func count(_ more: Int) throws(XMLRefusal) {
    nodes += more
    guard nodes <= limits.nodes else { throw .tooManyNodes(limit: limits.nodes) }
  }

  private struct Tag {
    var attributes = 0
    var namespaces = 0
    var isEmpty = false
  }

  /// Counts what a start tag holds; a `>` within quotes does not end it.
  private mutating func readTag() throws(XMLRefusal) -> Tag {
    var tag = Tag()
    var quote: UInt8?
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
        case UInt8(ascii: "="): tag.attributes += 1
        case UInt8(ascii: "x") where isBlank(position - 1) && next(Mark.namespace): tag.namespaces += 1
        case UInt8(ascii: "<"): throw .malformed(line: line)
        case UInt8(ascii: ">"):
          tag.isEmpty = bytes[position - 1] == UInt8(ascii: "/")
          position += 1
          return tag
        default: break
        }
      }
      position += 1
    }
    throw .malformed(line: line)
  }

  private func isBlank(_ index: Int) -> Bool {
    let byte = bytes[index]
    return byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
  }

  private func next(_ mark: [UInt8]) -> Bool {
    guard position + mark.count <= bytes.count else { return false }
    for offset in mark.indices where bytes[position + offset] != mark[offset] { return false }
    return true
  }

  private mutating func skip(past end: [UInt8], from offset: Int = 0) throws(XMLRefusal) {
    var index = position + offset
    while index + end.count <= bytes.count {
      if bytes[index] == end[0], bytes[index..<index + end.count].elementsEqual(end) {
        position = index + end.count
        return
      }
      index += 1
    }
    throw .malformed(line: line)
  }

  /// Counted only when something is wrong.
  private var line: Int { bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1 }
}

private enum Mark {
  static let declaration = Array("<?xml".utf8)
  static let comment = Array("<!--".utf8)
  static let endOfComment = Array("-->".utf8)
  static let characterData = Array("<![CDATA[".utf8)
  static let endOfCharacterData = Array("]]>".utf8)
  static let exclamation = Array("<!".utf8)
  static let documentType = Array("<!DOCTYPE".utf8)
  static let instruction = Array("<?".utf8)
  static let endOfInstruction = Array("?>".utf8)
  static let endTag = Array("</".utf8)
  static let endOfTag = Array(">".utf8)
  static let namespace = Array("xmlns".utf8)
}
