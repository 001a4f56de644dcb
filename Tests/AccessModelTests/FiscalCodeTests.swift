import AccessModel
import Testing

/// A fiscal code of spec 1.5 with what it says.
struct ValidCode: Sendable, CustomTestStringConvertible {
  let text: String
  let sex: FiscalCode.Sex
  /// Year, month, day of every reading.
  let dates: [[Int]]
  let birthplace: String
  let isOmocodic: Bool

  var testDescription: String { text }

  static let all = [
    ValidCode("RSSMRA85T10H501O", .male, [[1985, 12, 10]], "H501"),
    ValidCode("BNCNNA62A71F205V", .female, [[1962, 1, 31]], "F205"),
    ValidCode("FOXIOX26C24L219D", .male, [[1926, 3, 24]], "L219"),
    ValidCode("PPSNIO00B69Z129W", .female, [], "Z129"),
    ValidCode("VRDGFR78H05F839R", .male, [[1978, 6, 5]], "F839"),
    ValidCode("DMCNCL99M01G273W", .male, [[1999, 8, 1]], "G273"),
    ValidCode("RSSMRA85T10H50MG", .male, [[1985, 12, 10]], "H501", omocodic: true),
    ValidCode("BNCNNASNATMFNLRC", .female, [[1962, 1, 31]], "F205", omocodic: true),
    ValidCode("BNCNNA62ATMF205Z", .female, [[1962, 1, 31]], "F205", omocodic: true),
  ]

  /// - Parameter dates: the readings in the 1900s; the same day a century later is added, and 29 February 2000 is
  ///   what an empty list stands for.
  init(
    _ text: String, _ sex: FiscalCode.Sex, _ dates: [[Int]], _ birthplace: String, omocodic: Bool = false
  ) {
    self.text = text
    self.sex = sex
    self.dates = dates.isEmpty ? [[2000, 2, 29]] : dates + dates.map { [$0[0] + 100, $0[1], $0[2]] }
    self.birthplace = birthplace
    isOmocodic = omocodic
  }
}

@Suite struct FiscalCodeTests {
  @Test(arguments: ValidCode.all)
  func everyValidVectorIsReadAsTheSpecificationSays(_ vector: ValidCode) throws {
    let code = try FiscalCode(vector.text)
    #expect(code.rawValue == vector.text)
    #expect(code.sex == vector.sex)
    #expect(code.birthDates.map { [$0.year, $0.month, $0.day] } == vector.dates)
    #expect(code.birthplace == vector.birthplace)
    #expect(code.isOmocodic == vector.isOmocodic)
  }

  @Test(arguments: [
    ("RSSMRA85T10H501A", FiscalCodeError.checkCharacter),
    ("RSSMRA85F10H501N", .character(position: 9)),
    ("RSSMRA85T32H501U", .birthDate),
    ("BNCNNA62A72F205A", .birthDate),
    ("RSSMRA85B30H501C", .birthDate),
    ("RSSMRA99B29H501B", .birthDate),
    ("RSSMRA8OT10H501X", .character(position: 8)),
    ("RSSMRA85T00H501N", .birthDate),
    ("RSSMRA85T40H501R", .birthDate),
    ("RSSMRA85T10H501", .length(15)),
  ])
  func everyInvalidVectorFailsForItsReason(_ text: String, _ reason: FiscalCodeError) {
    #expect(throws: reason) { try FiscalCode(text) }
  }

  @Test(arguments: ["RSSMRA85T10H501O1", "", "   ", String(repeating: "A", count: 10_000)])
  func anotherLengthFails(_ text: String) {
    #expect(throws: FiscalCodeError.self) { try FiscalCode(text) }
  }

  @Test(arguments: ["rssmra85t10h501o", " RSS MRA 85T10 H501O\n", "\tRssMra85T10H501o\r\n"])
  func caseAndSpacesDoNotMatter(_ text: String) throws {
    #expect(try FiscalCode(text).rawValue == "RSSMRA85T10H501O")
  }

  @Test(arguments: [
    "RSſMRA85T10H501O", "RSſMRA85T10H501", "RSSMRA85T1０H501O", "RSSMRA８５T10H501O", "VRDGFR78H05F839R\u{301}",
    "FOXıOX26C24L219D", "\u{212A}SSMRA85T10H501O", "RSSMRA85T10H501O\u{200B}", "ＲSSMRA85T10H501O", "RSSMRA85T10H501О",
  ])
  func nothingBeyondASCIIIsFolded(_ text: String) {
    #expect(throws: FiscalCodeError.character(position: 0)) { try FiscalCode(text) }
  }

  @Test func theKelvinSignFailsWhereTheLetterKWouldPass() throws {
    let letter = "KSSMRA85T10H501"
    let check = String(UnicodeScalar(FiscalCode.checkCharacter(of: letter.utf8)))
    #expect(try FiscalCode(letter + check).rawValue == letter + check)
    let kelvin = "\u{212A}" + letter.dropFirst() + check
    #expect(throws: FiscalCodeError.character(position: 0)) { try FiscalCode(kelvin) }
  }

  @Test(arguments: [
    "RSSMRA85T10H501\0", "RSSMRA85T10H50-O", "RSSMRA85T10H50/O", "RSSMRA85T10H501[", "RSSMR@85T10H501O",
  ])
  func otherASCIICharactersFailWhereTheyStand(_ text: String) throws {
    let error = #expect(throws: FiscalCodeError.self) { try FiscalCode(text) }
    guard case .character(let position) = error else {
      Issue.record("expected a character error, got \(String(describing: error))")
      return
    }
    #expect(position > 0)
  }

  @Test func everyOtherCheckCharacterFails() throws {
    for letter in "ABCDEFGHIJKLMNPQRSTUVWXYZ" {
      #expect(throws: FiscalCodeError.checkCharacter) { try FiscalCode("RSSMRA85T10H501\(letter)") }
    }
  }
}
