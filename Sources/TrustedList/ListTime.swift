import Foundation

/// `xsd:dateTime` with a time zone, as ETSI TS 119 612 section 5.1.4 writes times: `2026-11-24T06:27:00Z`.
enum ListTime {
  /// - Returns: nil without a time zone, for a date that does not exist, or for years outside of 1970 to 9999.
  static func parse(_ text: String) -> Date? {
    var reader = Reader(text.utf8)
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let day = reader.number(2), reader.skip("T"), let hour = reader.number(2), reader.skip(":"),
      let minute = reader.number(2), reader.skip(":"), let second = reader.number(2), reader.fraction(),
      let zone = reader.zone(), reader.isAtEnd
    else { return nil }
    guard (1970...9999).contains(year), (1...12).contains(month), (1...days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysSince1970(year, month, day)
    return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second - zone))
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400 - 477  // those before 1970
    return (year - 1970) * 365 + leapDays + (1..<month).reduce(0) { $0 + days(in: $1, of: year) } + day - 1
  }

  private struct Reader {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ count: Int) -> Int? {
      let digits = rest.prefix(count)
      guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      rest = rest.dropFirst(count)
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func skip(_ character: Character) -> Bool {
      guard let first = rest.first, first == character.asciiValue else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// Passes over a fraction of a second, which decides nothing here.
    mutating func fraction() -> Bool {
      guard skip(".") else { return true }
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return !digits.isEmpty
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int? {
      if skip("Z") { return 0 }
      let isEast = skip("+")
      guard isEast || skip("-"), let hours = number(2), skip(":"), let minutes = number(2), hours <= 14, minutes < 60
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
  }
}
