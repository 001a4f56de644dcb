/// Reads one JSON text from bytes, at most eight levels deep.
struct JSONReader {
  private static let depthLimit = 8
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func readDocument() throws(JSONError) -> JSONValue {
    let value = try readValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw JSONError() }
    return value
  }

  private mutating func readValue(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONReader.depthLimit else { throw JSONError() }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", as: .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", as: .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", as: .null)
    default: return try readNumber()
    }
  }

  private mutating func readObject(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    guard !takeAfterSpace(UInt8(ascii: "}")) else { return .object(members) }
    repeat {
      skipSpace()
      let name = try readString()
      guard takeAfterSpace(UInt8(ascii: ":")) else { throw JSONError() }
      let value = try readValue(depth: depth + 1)
      guard members.updateValue(value, forKey: name) == nil else { throw JSONError() }
    } while takeAfterSpace(UInt8(ascii: ","))
    guard takeAfterSpace(UInt8(ascii: "}")) else { throw JSONError() }
    return .object(members)
  }

  private mutating func readArray(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    guard !takeAfterSpace(UInt8(ascii: "]")) else { return .array(elements) }
    repeat {
      elements.append(try readValue(depth: depth + 1))
    } while takeAfterSpace(UInt8(ascii: ","))
    guard takeAfterSpace(UInt8(ascii: "]")) else { throw JSONError() }
    return .array(elements)
  }

  private mutating func readWord(_ word: StaticString, as value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.description.utf8 {
      guard peek == byte else { throw JSONError() }
      position += 1
    }
    return value
  }

  /// The grammar of RFC 8259 section 6 is checked by hand: Swift's own parser also takes `0x1p3`, `nan` and `+1`.
  private mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try readDigits() }
    if peek == UInt8(ascii: ".") {
      position += 1
      try readDigits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try readDigits()
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
      throw JSONError()
    }
    return .number(number)
  }

  private mutating func readDigits() throws(JSONError) {
    let start = position
    while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw JSONError() }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func takeAfterSpace(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    position += 1
    return true
  }
}

extension JSONReader {
  fileprivate mutating func readString() throws(JSONError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw JSONError() }
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw JSONError() }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try readEscape())
      case 0..<0x20: throw JSONError()
      default: text.append(byte)
      }
    }
    throw JSONError()
  }

  private mutating func readEscape() throws(JSONError) -> [UInt8] {
    guard let byte = peek else { throw JSONError() }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try readUnicodeEscape()
    default: throw JSONError()
    }
  }

  private mutating func readUnicodeEscape() throws(JSONError) -> [UInt8] {
    var value = try readHexUnit()
    if (0xD800...0xDBFF).contains(value) {
      guard peek == UInt8(ascii: "\\") else { throw JSONError() }
      position += 1
      guard peek == UInt8(ascii: "u") else { throw JSONError() }
      position += 1
      let low = try readHexUnit()
      guard (0xDC00...0xDFFF).contains(low) else { throw JSONError() }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw JSONError() }
    return Array(String(scalar).utf8)
  }

  private mutating func readHexUnit() throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw JSONError() }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: throw JSONError()
      }
    }
    position += 4
    return value
  }
}
