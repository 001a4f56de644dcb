extension FiscalCode {
  /// Zero-based positions where a digit stands or its omocodia letter.
  static let numericPositions = [6, 7, 9, 10, 12, 13, 14]

  private static let months = Array("ABCDEHLMPRST".utf8)
  /// Values of the characters at odd positions (spec 1.2): first ten for the digits, then `A` to `Z`.
  private static let oddValues = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
  ]

  static func normalised(_ text: some StringProtocol) throws(FiscalCodeError) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: continue
      case 0x61...0x7A: bytes.append(byte - 0x20)
      case 0x80...: throw .character(position: 0)
      default: bytes.append(byte)
      }
      guard bytes.count <= 64 else { throw .length(bytes.count) }
    }
    return bytes
  }

  static func checkSyntax(_ bytes: [UInt8]) throws(FiscalCodeError) {
    for (index, byte) in bytes.enumerated() {
      let allowed =
        if numericPositions.contains(index) {
          isDigit(byte) || Omocodia.letters.contains(byte)
        } else if index == 8 {
          months.contains(byte)
        } else {
          isLetter(byte)
        }
      guard allowed else { throw .character(position: index + 1) }
    }
  }

  /// The 16th character for the first 15, as written: omocodia letters are not turned back for this (spec 1.2).
  /// - Parameter bytes: at least 15 upper-case letters and digits.
  public static func checkCharacter(of bytes: some Sequence<UInt8>) -> UInt8 {
    var sum = 0
    for (index, byte) in bytes.prefix(15).enumerated() {
      let ordinal = isDigit(byte) ? Int(byte) - 0x30 : Int(byte) - 0x41
      let isOdd = index.isMultiple(of: 2)
      sum += isOdd ? oddValues[isDigit(byte) ? ordinal : ordinal + 10] : ordinal
    }
    return 0x41 + UInt8(sum % 26)
  }

  /// Day as written: 1 to 31, 41 to 71 for a woman, or something impossible.
  static func day(of bytes: [UInt8]) -> Int { number(bytes[9...10]) }

  static func birthDates(of bytes: [UInt8]) -> [CalendarDate] {
    guard let month = months.firstIndex(of: bytes[8]) else { return [] }
    let written = day(of: bytes)
    let day = written > 40 ? written - 40 : written
    return [1900, 2000].compactMap { century in
      CalendarDate(year: century + number(bytes[6...7]), month: month + 1, day: day)
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 * 10 + Int(Omocodia.digit($1) - 0x30) }
  }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}

/// The letters that stand for digits where two people would have the same code (spec 1.3).
enum Omocodia {
  static let letters = Array("LMNPQRSTUV".utf8)

  /// The digit that a character stands for; digits stand for themselves.
  static func digit(_ byte: UInt8) -> UInt8 {
    letters.firstIndex(of: byte).map { 0x30 + UInt8($0) } ?? byte
  }
}

/// The check digit of 11-digit codes (spec 1.6).
enum LuhnNumber {
  static func isProvisionalCode(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 11, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
    let sum = bytes.enumerated().reduce(0) { sum, element in
      let digit = Int(element.element) - 0x30
      guard !element.offset.isMultiple(of: 2) else { return sum + digit }
      return sum + (digit > 4 ? digit * 2 - 9 : digit * 2)
    }
    return sum.isMultiple(of: 10)
  }
}

/// A date of the Gregorian calendar that exists.
public struct CalendarDate: Sendable, Hashable {
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int

  /// - Returns: nil if there is no such day, as on 29 February 1900.
  public init?(year: Int, month: Int, day: Int) {
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }
}
