/// Base 32 of RFC 4648 section 6 without padding, as authenticator applications expect keys.
package enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
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

  /// Reads upper and lower case, with the spaces that applications show.
  /// - Returns: nil for a character that does not belong there.
  package static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer: UInt16 = 0
    var bits: UInt16 = 0
    for character in text.utf8 where character != UInt8(ascii: " ") {
      let upper = (0x61...0x7A).contains(character) ? character - 0x20 : character
      guard let value = alphabet.firstIndex(of: upper) else { return nil }
      buffer = buffer << 5 | UInt16(value)
      bits += 5
      guard bits >= 8 else { continue }
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
    }
    return bytes
  }
}
