/// Base64 of RFC 4648 section 4, line by line: padded, and with nothing in the bits that do not count.
struct Base64Decoder {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
      values[Int(character)] = UInt8(value)
    }
    return values
  }()

  private var output: [UInt8] = []
  private var pending: UInt32 = 0
  private var count = 0
  private var padding = 0

  /// - Returns: false for what is not base64.
  mutating func read(_ line: some Sequence<UInt8>) -> Bool {
    for character in line {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      let value = Self.values[Int(character)]
      guard value != 0xFF, padding == 0 else { return false }
      pending = pending << 6 | UInt32(value)
      count += 1
      if count == 4 {
        output.append(UInt8(pending >> 16 & 0xFF))
        output.append(UInt8(pending >> 8 & 0xFF))
        output.append(UInt8(pending & 0xFF))
        (pending, count) = (0, 0)
      }
    }
    return true
  }

  /// - Returns: nil if the padding is wrong.
  mutating func finish() -> [UInt8]? {
    switch (count, padding) {
    case (0, 0): return output
    case (2, 2) where pending & 0xF == 0: output.append(UInt8(pending >> 4 & 0xFF))
    case (3, 1) where pending & 0x3 == 0:
      output.append(UInt8(pending >> 10 & 0xFF))
      output.append(UInt8(pending >> 2 & 0xFF))
    default: return nil
    }
    return output
  }
}
