import AccessModel
import AuthenticatorKit
import Testing

@testable import BrokerCore

@Suite struct PINRulesTests {
  /// Born on 10 December 1985.
  private func owner(_ given: String = "Mario", _ family: String = "Rossi") throws -> PINOwner {
    PINOwner(fiscalCode: try FiscalCode("RSSMRA85T10H501O"), givenName: given, familyName: family)
  }

  @Test(arguments: [
    ("", PINRefusal.length), ("KX7RT9M", .length), ("KX7RT9MWW", .length), ("KX7RT9MÈ", .length),
    ("KX7RT9M!", .characters),
    ("KX7RT9Mé", .length), ("kx7rt9mw", .characters), ("AAAAAAAA", .repetition), ("ABABABAB", .repetition),
    ("AABBAABB", .repetition), ("AAABBBCC", .repetition), ("KX7RKX7R", .repetition), ("KX7RR7XK", .repetition),
    ("7777KX9R", .repetition), ("12345678", .sequence), ("87654321", .sequence), ("ABCDEFGH", .sequence),
    ("HGFEDCBA", .sequence), ("KX12345R", .sequence), ("ACEGIKMO", .sequence), ("QWERTYUI", .keyboard),
    ("7YTREWQ9", .keyboard), ("1QAZ2WSX", .keyboard), ("ASDFGK72", .keyboard), ("1Q2W3E4R", .keyboard),
    ("67890KXR", .keyboard), ("PASSWORD", .common), ("PASSW0RD", .common), ("P4SSW0RD", .common), ("ASSWORD1", .common),
    ("ILOVEYOU", .common), ("JUVENTUS", .common), ("JUV3NTUS", .common), ("NAPOLI87", .common), ("ITALIA90", .common),
    ("BENVENUT", .common), ("ABC123XK", .common), ("RSSMRA7K", .fiscalCode), ("K785T10H", .fiscalCode),
    ("0H501O7K", .fiscalCode), ("KARMSS7X", .fiscalCode), ("10121985", .birthDate), ("12101985", .birthDate),
    ("19851210", .birthDate), ("19851012", .birthDate), ("101285KX", .birthDate), ("K851210X", .birthDate),
    ("10DIC85K", .birthDate), ("ROSSI7K9", .name), ("7ISSOR9K", .name), ("K7MARIO9", .name),
  ])
  func aPoorChoiceIsRefusedWithItsReason(_ text: String, _ reason: PINRefusal) throws {
    #expect(PINRules.refusal(of: Secret(text), for: try owner()) == reason)
  }

  @Test(arguments: ["KX7RT9MW", "7H2KPW9D", "ROSS7K9X", "K85T1X0H", "A1B9C8D7", "MARI9K2X"])
  func aGoodChoiceIsTaken(_ text: String) throws {
    #expect(PINRules.refusal(of: Secret(text), for: try owner()) == nil)
  }

  @Test func bothCenturiesAreBirthDates() throws {
    // Born on 24 March 1926 or 2026.
    let owner = PINOwner(fiscalCode: try FiscalCode("FOXIOX26C24L219D"), givenName: "Io", familyName: "Fo")
    #expect(PINRules.refusal(of: Secret("24031926"), for: owner) == .birthDate)
    #expect(PINRules.refusal(of: Secret("24032026"), for: owner) == .birthDate)
    #expect(PINRules.refusal(of: Secret("24031927"), for: owner) == nil)
  }

  @Test func namesAreReadWithoutAccentsAndApostrophes() throws {
    let owner = try owner("Niccolò", "D'Amico Lèfebvre")
    #expect(PINRules.refusal(of: Secret("7ICCOLO9"), for: owner) == .name)
    #expect(PINRules.refusal(of: Secret("K7DAMIC9"), for: owner) == .name)
    #expect(PINRules.refusal(of: Secret("K7LEFEB9"), for: owner) == .name)
  }

  @Test func shortNamesRefuseNothing() throws {
    #expect(PINRules.refusal(of: Secret("LUCA7K9X"), for: try owner("Luca", "Re")) == nil)
  }

  @Test func whatIsTypedIsReadWithoutSpacesAndHyphensAndInUpperCase() {
    #expect(PINRules.normalise(Secret(" kx7r-t9mw ")).utf8Text == "KX7RT9MW")
    #expect(PINRules.normalise(Secret("ſſkK")).utf8Text == "ſſKK", "only ASCII letters are folded")
  }

  @Test func generatedPINsHaveNoCharactersThatAreConfusedAndPassTheirOwnCheck() throws {
    let owner = try owner()
    for _ in 0..<300 {
      let issued = try #require(PINRules.generateIssued(for: owner, random: randomBytes))
      let proposed = try #require(PINRules.propose(for: owner, random: randomBytes))
      #expect(issued.count == 16)
      #expect(PINRules.refusal(of: proposed, for: owner) == nil)
      #expect((issued.bytes + proposed.bytes).allSatisfy { !Array("0O1IL".utf8).contains($0) })
    }
  }

  @Test func generationIsUnbiased() throws {
    #expect(PINRules.generationAlphabet.count == 31)
    // Bytes from 248 on would make the first eight characters likelier: they are thrown away.
    let bytes = Array(UInt8(248)...255) + [3, 250, 17, 5, 9, 30, 11, 0]
    let secret = PINRules.propose(for: try owner()) { _ in bytes }
    #expect(secret == nil, "seven characters are left of sixteen bytes, too few for a PIN")
    let enough = PINRules.propose(for: try owner()) { _ in [255] + [3, 250, 17, 5, 9, 30, 11, 0, 22] }
    #expect(enough?.utf8Text == "DUFK9NAZ")
  }

  @Test func aBrokenGeneratorIsNoticed() throws {
    #expect(PINRules.generateIssued(for: try owner()) { Array(repeating: 7, count: $0) } == nil)
    #expect(PINRules.propose(for: try owner()) { _ in [] } == nil)
  }
}

func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
