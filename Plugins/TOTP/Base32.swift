/// Base 32 of RFC 4648 section 6 without padding, as authenticator applications expect keys.
enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var buffer: UInt16 = 0
    var bits = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt16(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[Int(buffer >> UInt16(bits)) & 0x1F])
      }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt16(5 - bits)) & 0x1F]) }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Percent-encoding of everything but the unreserved characters of RFC 3986 section 2.3.
enum PercentEncoding {
  private static let hex = Array("0123456789ABCDEF".utf8)

  static func encode(_ text: String) -> String {
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: [byte]
      default: [0x25, hex[Int(byte >> 4)], hex[Int(byte & 0x0F)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
