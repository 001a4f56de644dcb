public import AccessModel

extension FiscalCode {
  /// Makes the code that the rules give somebody (spec 1.1): nobody is asked whether it is theirs.
  /// - Parameters:
  ///   - familyName: ASCII letters; anything else is dropped, as apostrophes and spaces are.
  ///   - birthplace: a Belfiore code, such as `H501`.
  /// - Throws: ``FiscalCodeError`` if the birthplace has not the form of one.
  public static func made(
    familyName: String, givenName: String, birthDate: CalendarDate, sex: Sex, birthplace: String
  ) throws(FiscalCodeError) -> FiscalCode {
    let months = Array("ABCDEHLMPRST".utf8)
    var bytes = familyNamePart(familyName) + givenNamePart(givenName)
    bytes += digits(birthDate.year % 100) + [months[birthDate.month - 1]]
    bytes += digits(birthDate.day + (sex == .female ? 40 : 0)) + birthplace.utf8
    guard bytes.count == 15 else { throw .length(bytes.count + 1) }
    return try FiscalCode(String(decoding: bytes + [checkCharacter(of: bytes)], as: UTF8.self))
  }

  /// The code that somebody gets whose own is taken: letters for digits, rightmost first (spec 1.3).
  /// - Parameter rank: how many had the code before, 1 to 7.
  public func omocodicVariant(_ rank: Int) throws(FiscalCodeError) -> FiscalCode {
    let letters = Array("LMNPQRSTUV".utf8)
    var bytes = Array(rawValue.utf8.dropLast())
    for position in [14, 13, 12, 10, 9, 7, 6].prefix(rank) where (0x30...0x39).contains(bytes[position]) {
      bytes[position] = letters[Int(bytes[position] - 0x30)]
    }
    return try FiscalCode(String(decoding: bytes + [FiscalCode.checkCharacter(of: bytes)], as: UTF8.self))
  }

  /// Consonants in order, then vowels, then `X`.
  static func familyNamePart(_ name: String) -> [UInt8] {
    let (consonants, vowels) = split(name)
    return Array((consonants + vowels + Array("XXX".utf8)).prefix(3))
  }

  /// The same, but of four or more consonants the 1st, 3rd and 4th.
  static func givenNamePart(_ name: String) -> [UInt8] {
    let (consonants, _) = split(name)
    guard consonants.count > 3 else { return familyNamePart(name) }
    return [consonants[0], consonants[2], consonants[3]]
  }

  private static func split(_ name: String) -> (consonants: [UInt8], vowels: [UInt8]) {
    let letters = name.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case 0x41...0x5A: byte
      case 0x61...0x7A: byte - 0x20
      default: nil
      }
    }
    let vowels = Set("AEIOU".utf8)
    return (letters.filter { !vowels.contains($0) }, letters.filter(vowels.contains))
  }

  private static func digits(_ number: Int) -> [UInt8] { [0x30 + UInt8(number / 10), 0x30 + UInt8(number % 10)] }
}
