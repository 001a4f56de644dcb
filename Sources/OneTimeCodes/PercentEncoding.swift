/// Percent-encoding of everything but the unreserved characters of RFC 3986 section 2.3.
package enum PercentEncoding {
  private static let hex = Array("0123456789ABCDEF".utf8)

  package static func encode(_ text: String) -> String {
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: [byte]
      default: [0x25, hex[Int(byte >> 4)], hex[Int(byte & 0x0F)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
