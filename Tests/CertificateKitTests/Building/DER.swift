/// Writes DER, and BER where a test wants it wrong: nothing here checks anything.
enum DER {
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }

  static func length(_ count: Int) -> [UInt8] {
    guard count >= 0x80 else { return [UInt8(count)] }
    let octets = stride(from: 24, through: 0, by: -8).map { UInt8(count >> $0 & 0xFF) }.drop { $0 == 0 }
    return [0x80 | UInt8(octets.count)] + octets
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
  static func sequence(of parts: [[UInt8]]) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap { $0 }) }

  /// `[number]` around what is already an element, or around content that is constructed.
  static func constructed(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xA0 | number, content) }
  static func primitive(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0x80 | number, content) }

  static func boolean(_ value: Bool) -> [UInt8] { [0x01, 0x01, value ? 0xFF : 0x00] }
  static let null: [UInt8] = [0x05, 0x00]
  static func octets(_ bytes: [UInt8]) -> [UInt8] { element(0x04, bytes) }
  static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { element(0x03, [unused] + bytes) }
  static func integer(octets: [UInt8]) -> [UInt8] { element(0x02, octets) }
  static func enumerated(_ value: UInt8) -> [UInt8] { [0x0A, 0x01, value] }

  static func integer(_ value: Int) -> [UInt8] {
    var octets: [UInt8] = []
    var rest = value
    repeat {
      octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    } while !((rest == 0 && octets[0] < 0x80) || (rest == -1 && octets[0] >= 0x80))
    return integer(octets: octets)
  }

  static func oid(_ dotted: String) -> [UInt8] {
    let arcs = dotted.split(separator: ".").compactMap { Int($0) }
    return element(0x06, ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap(base128))
  }

  private static func base128(_ arc: Int) -> [UInt8] {
    var octets = [UInt8(arc & 0x7F)]
    var rest = arc >> 7
    while rest > 0 {
      octets.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return octets
  }

  static func utf8(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }
  static func printable(_ text: String) -> [UInt8] { element(0x13, Array(text.utf8)) }
  static func ia5(_ text: String) -> [UInt8] { element(0x16, Array(text.utf8)) }

  /// UTCTime up to 2049, GeneralizedTime after it, as RFC 5280 has it.
  static func time(_ seconds: Int64) -> [UInt8] {
    let text = digits(seconds)
    return seconds < 2_524_608_000 ? element(0x17, Array(text.utf8.dropFirst(2))) : element(0x18, Array(text.utf8))
  }

  static func utcTime(_ text: String) -> [UInt8] { element(0x17, Array(text.utf8)) }
  static func generalizedTime(_ text: String) -> [UInt8] { element(0x18, Array(text.utf8)) }
  static func generalizedTime(_ seconds: Int64) -> [UInt8] { generalizedTime(digits(seconds)) }

  /// `YYYYMMDDHHMMSSZ`, for years from 1970 on.
  private static func digits(_ seconds: Int64) -> String {
    var day = seconds / 86_400
    var year: Int64 = 1970
    while day >= days(in: year) {
      day -= days(in: year)
      year += 1
    }
    let february: Int64 = days(in: year) == 366 ? 29 : 28
    var month: Int64 = 1
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
      guard day >= length else { break }
      day -= length
      month += 1
    }
    let second = seconds % 86_400
    let fields = [month, day + 1, second / 3600, second / 60 % 60, second % 60]
    return "\(year)" + fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined() + "Z"
  }

  private static func days(in year: Int64) -> Int64 {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365
  }

  /// A name of relative distinguished names with one attribute each.
  static func name(_ attributes: (type: String, value: [UInt8])...) -> [UInt8] {
    sequence(of: attributes.map { set(sequence(oid($0.type), $0.value)) })
  }

  /// `C=IT, O=…, CN=…`, all in UTF8String but the country.
  static func name(_ commonName: String, organisation: String = "Ente di prova") -> [UInt8] {
    name(("2.5.4.6", printable("IT")), ("2.5.4.10", utf8(organisation)), ("2.5.4.3", utf8(commonName)))
  }
}
