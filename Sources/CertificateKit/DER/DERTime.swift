/// The two times of RFC 5280 section 4.1.2.5, as seconds since 1970.
enum DERTime {
  /// Reads `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSSZ`, the only forms that RFC 5280 has.
  ///
  /// A GeneralizedTime before 2050 is read too: authorities must not write it, but applications must process both.
  static func seconds(_ element: DERElement) -> Int64? { seconds(element.tag, element.content) }

  /// - Parameter text: the content octets.
  static func seconds(_ tag: UInt8, _ text: some RandomAccessCollection<UInt8>) -> Int64? {
    guard text.last == UInt8(ascii: "Z") else { return nil }
    switch (tag, text.count) {
    case (DERTag.utcTime, 13):
      guard let twoDigits = number(text.prefix(2)) else { return nil }
      return seconds(year: twoDigits + (twoDigits < 50 ? 2000 : 1900), text.dropFirst(2))
    case (DERTag.generalizedTime, 15):
      guard let year = number(text.prefix(4)) else { return nil }
      return seconds(year: year, text.dropFirst(4))
    default: return nil
    }
  }

  private static func number(_ digits: some RandomAccessCollection<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return value
  }

  /// - Parameter text: `MMDDHHMMSSZ`.
  private static func seconds(year: Int64, _ text: some RandomAccessCollection<UInt8>) -> Int64? {
    guard let month = number(text.prefix(2)), let day = number(text.dropFirst(2).prefix(2)),
      let hour = number(text.dropFirst(4).prefix(2)), let minute = number(text.dropFirst(6).prefix(2)),
      let second = number(text.dropFirst(8).prefix(2)), (1...12).contains(month),
      (1...days(in: month, of: year)).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    return dayNumber(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March.
  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
