import Foundation

/// Writes the DER of certificates, lists and answers for tests; checks nothing.
enum TestDER {
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
    let octets = stride(from: 24, through: 0, by: -8).map { UInt8(content.count >> $0 & 0xFF) }.drop { $0 == 0 }
    return [tag, 0x80 | UInt8(octets.count)] + octets + content
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
  static func sequence(of parts: [[UInt8]]) -> [UInt8] { element(0x30, Array(parts.joined())) }
  /// `[number]` around an element.
  static func tagged(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xA0 | number, content) }
  static func octets(_ bytes: [UInt8]) -> [UInt8] { element(0x04, bytes) }
  static func bits(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0] + bytes) }
  static let null: [UInt8] = [0x05, 0x00]

  static func integer(_ value: Int) -> [UInt8] {
    var octets = stride(from: 56, through: 0, by: -8).map { UInt8(value >> $0 & 0xFF) }
    while octets.count > 1, octets[0] == 0, octets[1] < 0x80 { octets.removeFirst() }
    return element(0x02, octets)
  }

  static func oid(_ dotted: String) -> [UInt8] {
    let arcs = dotted.split(separator: ".").compactMap { Int($0) }
    return element(0x06, ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap(base128))
  }

  private static func base128(_ arc: Int) -> [UInt8] {
    let groups = stride(from: 28, through: 0, by: -7).map { UInt8(arc >> $0 & 0x7F) }.drop { $0 == 0 }
    guard let last = groups.last else { return [0] }
    return groups.dropLast().map { $0 | 0x80 } + [last]
  }

  static func name(_ commonName: String) -> [UInt8] {
    sequence(element(0x31, sequence(oid("2.5.4.3"), element(0x0C, Array(commonName.utf8)))))
  }

  /// UTCTime, for years from 2000 to 2049.
  static func time(_ seconds: Int64) -> [UInt8] { element(0x17, Array(digits(seconds).utf8.dropFirst(2))) }
  static func generalizedTime(_ seconds: Int64) -> [UInt8] { element(0x18, Array(digits(seconds).utf8)) }

  /// `YYYYMMDDHHMMSSZ`.
  private static func digits(_ seconds: Int64) -> String {
    var (year, day) = (Int64(1970), seconds / 86_400)
    while day >= days(in: year) { (year, day) = (year + 1, day - days(in: year)) }
    var month: Int64 = 1
    for length in [31, days(in: year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
      guard day >= length else { break }
      (month, day) = (month + 1, day - length)
    }
    let second = seconds % 86_400
    let fields = [month, day + 1, second / 3600, second / 60 % 60, second % 60]
    return "\(year)" + fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined() + "Z"
  }

  private static func days(in year: Int64) -> Int64 {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365
  }

  static func extensionField(_ dotted: String, critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
    sequence(oid(dotted), critical ? [0x01, 0x01, 0xFF] : [], octets(value))
  }
}

/// RFC 4648 section 4.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
