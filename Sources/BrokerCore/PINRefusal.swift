/// Why a chosen PIN is not taken. The person may be told: it says something of the choice and nothing of the PIN
/// before, except that the two are the same, and only to somebody who has shown that one.
public enum PINRefusal: String, Sendable, Equatable, CaseIterable {
  case length
  case characters
  /// One of the words that everybody tries first.
  case common
  /// The same few characters over and over.
  case repetition
  /// `12345`, `EDCBA`, `2468…`.
  case sequence
  /// Neighbouring keys.
  case keyboard
  case fiscalCode = "fiscal-code"
  case birthDate = "birth-date"
  case name
  case sameAsBefore = "same-as-before"
}

extension PINRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .length: "the PIN must have 8 characters"
    case .characters: "the PIN may have only the letters A to Z and the digits 0 to 9"
    case .common: "the PIN is one of those that are guessed first"
    case .repetition: "the PIN repeats itself too much"
    case .sequence: "the PIN has too many characters in a row, as in 12345"
    case .keyboard: "the PIN follows the keys of the keyboard"
    case .fiscalCode: "the PIN contains a part of the fiscal code"
    case .birthDate: "the PIN contains the date of birth"
    case .name: "the PIN contains a part of the name"
    case .sameAsBefore: "the PIN is the same as before"
    }
  }
}
