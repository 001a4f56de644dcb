import AccessModel
import Testing

/// Codes with letters in place of digits (spec 1.3), and what a code does not tell (spec 1.4, 1.6).
@Suite struct OmocodiaTests {
  /// All 128 ways to replace digits of `RSSMRA85T10H501`, each with its own check character.
  static let variants: [String] = (0..<128).map { mask in
    var bytes = Array("RSSMRA85T10H501".utf8)
    for (bit, position) in [6, 7, 9, 10, 12, 13, 14].enumerated() where mask & (1 << bit) != 0 {
      bytes[position] = Array("LMNPQRSTUV".utf8)[Int(bytes[position] - 0x30)]
    }
    return String(decoding: bytes + [FiscalCode.checkCharacter(of: bytes)], as: UTF8.self)
  }

  @Test func all128VariantsAreAcceptedAndMeanTheSame() throws {
    let codes = try OmocodiaTests.variants.map { try FiscalCode($0) }
    #expect(Set(codes).count == 128)
    for code in codes {
      #expect(code.birthplace == "H501" && code.sex == .male)
      #expect(code.birthDates == codes[0].birthDates)
      #expect(code.isOmocodic == (code != codes[0]))
    }
  }

  @Test func aVariantIsAnotherPersonThanItsBase() throws {
    #expect(try FiscalCode("RSSMRA85T10H50MG") != FiscalCode("RSSMRA85T10H501O"))
  }

  @Test func theBaseCheckCharacterDoesNotFitAVariant() {
    #expect(throws: FiscalCodeError.checkCharacter) { try FiscalCode("RSSMRA85T10H50MO") }
  }

  @Test func theCenturyStaysOpenWhereTheCalendarAllowsBoth() throws {
    #expect(try FiscalCode("FOXIOX26C24L219D").birthDates.map(\.year) == [1926, 2026])
    #expect(try FiscalCode("PPSNIO00B69Z129W").birthDates.map(\.year) == [2000])
  }

  @Test func aProvisionalCodeIsRecognisedByItsCheckDigit() {
    #expect(throws: FiscalCodeError.provisional) { try FiscalCode("12345670801") }
    #expect(throws: FiscalCodeError.provisional) { try FiscalCode(" 123 4567 0801 ") }
    for digit in "023456789" {
      #expect(throws: FiscalCodeError.length(11)) { try FiscalCode("1234567080\(digit)") }
    }
  }

  @Test func neitherPrintNorMirrorShowsTheCode() throws {
    let code = try FiscalCode("RSSMRA85T10H501O")
    var dumped = ""
    dump(["code": code], to: &dumped)
    let texts = [
      "\(code)", String(reflecting: code), String(describing: [code]), String(describing: code as Any?), dumped,
    ]
    for text in texts {
      #expect(!text.contains("RSS") && !text.contains("H501"))
    }
    #expect(Mirror(reflecting: code).children.isEmpty)
  }

  @Test func noErrorCarriesTheText() {
    for text in ["RSSMRA85T10H501A", "RSSMRA85F10H501N", "RSSMRA85T10H501", "RSSMRA85T32H501U", "12345670801"] {
      let error = #expect(throws: FiscalCodeError.self) { try FiscalCode(text) }
      #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains(text))
    }
  }
}
