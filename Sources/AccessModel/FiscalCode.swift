/// An Italian *codice fiscale* of a natural person, 16 characters, valid in form, check character and calendar
/// (spec section 1).
///
/// The code as written is the identity. An omocodic code is never folded to its base form, because the base form
/// belongs to somebody else (spec 1.3).
public struct FiscalCode: Sendable, Hashable {
  /// The 16 upper-case ASCII characters.
  public let rawValue: String

  /// Parses what a person typed: trims, drops inner spaces, upper-cases ASCII letters and nothing else.
  /// - Throws: ``FiscalCodeError``; no case carries the text, so that none can reach a log.
  public init(_ text: some StringProtocol) throws(FiscalCodeError) {
    let bytes = try FiscalCode.normalised(text)
    guard bytes.count == 16 else {
      throw LuhnNumber.isProvisionalCode(bytes) ? .provisional : .length(bytes.count)
    }
    try FiscalCode.checkSyntax(bytes)
    guard FiscalCode.checkCharacter(of: bytes) == bytes[15] else { throw .checkCharacter }
    guard !FiscalCode.birthDates(of: bytes).isEmpty else { throw .birthDate }
    rawValue = String(decoding: bytes, as: UTF8.self)
  }

  /// Whether any digit was replaced by a letter to tell two people apart (spec 1.3).
  public var isOmocodic: Bool {
    let bytes = Array(rawValue.utf8)
    return FiscalCode.numericPositions.contains { Omocodia.letters.contains(bytes[$0]) }
  }

  public var sex: Sex { FiscalCode.day(of: Array(rawValue.utf8)) > 40 ? .female : .male }

  /// Every birth date the code can mean: the century is not encoded, so there are one or two (spec 1.4).
  public var birthDates: [CalendarDate] { FiscalCode.birthDates(of: Array(rawValue.utf8)) }

  /// The place of birth with its digits restored, such as `H501`. Its form is checked, its existence is not.
  public var birthplace: String {
    let bytes = Array(rawValue.utf8)
    return String(decoding: [bytes[11]] + bytes[12...14].map(Omocodia.digit), as: UTF8.self)
  }

  public enum Sex: Sendable, Hashable {
    case female
    case male
  }
}

/// Why a text is no fiscal code. Holds no part of the text: an error must never carry a fiscal code.
public enum FiscalCodeError: Error, Sendable, Hashable {
  /// Not 16 characters; the number found.
  case length(Int)
  /// A character beyond ASCII, or not allowed at this position (counted from 1; 0 where a position has no meaning).
  case character(position: Int)
  case checkCharacter
  /// No century makes the day and month a date.
  case birthDate
  /// A provisional code of 11 digits with a right check digit: the person must go to an office (spec 1.6).
  case provisional
}

extension FiscalCodeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .length(let count): "a fiscal code has 16 characters, this has \(count)"
    case .character(let position) where position > 0: "character \(position) of the fiscal code is not allowed there"
    case .character: "a fiscal code has only ASCII letters and digits"
    case .checkCharacter: "the last character of the fiscal code does not fit the others"
    case .birthDate: "the fiscal code's day and month of birth are no date"
    case .provisional: "this is a provisional code of 11 digits: ask an office for the final one"
    }
  }
}

/// A fiscal code does not print itself: logs and errors must not carry it. Use ``FiscalCode/rawValue`` on purpose.
extension FiscalCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "FiscalCode(…)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
