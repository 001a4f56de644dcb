/// A BIT STRING whose bits have names, nine at most: no other bit, and no zero at its end (X.690 section 11.2.2).
enum NamedBits {
  /// - Returns: bit *n* as `1 << n`.
  static func read(_ content: ArraySlice<UInt8>) throws(CertificateError) -> UInt16 {
    guard (1...3).contains(content.count), let unused = content.first, unused < 8 else {
      throw CertificateError(.malformed, "a list of bits of a wrong length")
    }
    let octets = content.dropFirst()
    guard let last = octets.last else {
      guard unused == 0 else { throw CertificateError(.notDER, "unused bits where there are none") }
      return 0
    }
    guard last & (1 << unused) != 0, last & ((1 << unused) - 1) == 0 else {
      throw CertificateError(.malformed, "a list of bits with zeros at its end")
    }
    let bits = octets.enumerated().reduce(UInt16(0)) { bits, next in
      (0..<8).reduce(bits) { next.element & (0x80 >> $1) == 0 ? $0 : $0 | 1 << (UInt16(next.offset) * 8 + UInt16($1)) }
    }
    guard bits < 1 << 9 else { throw CertificateError(.malformed, "a bit without a name") }
    return bits
  }
}
