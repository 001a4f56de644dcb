public import AccessModel
public import AuthenticatorKit

/// The text of a PIN: its form, how it is read, and which choices are refused (spec 6.1 and 7.2).
public enum PINRules {
  /// Characters of a PIN as it is issued: two halves of eight.
  public static let issuedLength = 16
  /// Characters of a PIN since its first change.
  public static let changedLength = 8

  /// What a person typed, as it is hashed: without spaces and hyphens, ASCII letters in upper case.
  public static func normalise(_ typed: Secret) -> Secret {
    Secret(
      typed.bytes.lazy.filter { $0 != 0x20 && $0 != 0x2D }.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 })
  }

  /// Judges a choice that has been normalised.
  /// - Returns: nil if it may be taken, or the first reason against it.
  public static func refusal(of choice: Secret, for owner: PINOwner) -> PINRefusal? {
    let text = choice.bytes
    guard text.count == changedLength else { return .length }
    guard text.allSatisfy(isAllowed) else { return .characters }
    return pattern(in: text) ?? trace(of: owner, in: text)
  }

  static func isAllowed(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}

/// Whose PIN it is, as far as it must not show in the PIN.
public struct PINOwner: Sendable, Equatable {
  public let fiscalCode: FiscalCode
  public let givenName: String
  public let familyName: String

  public init(fiscalCode: FiscalCode, givenName: String, familyName: String) {
    self.fiscalCode = fiscalCode
    self.givenName = givenName
    self.familyName = familyName
  }
}
