import AccessModel
import AuthenticatorKit
import SPIDStub
import SPIDStubProvider
import Testing

/// The fiscal number is read strictly, everything else is not (specification section 4.7).
@Suite struct AttributeTests {
  private func login(_ number: String?) async throws -> AuthenticationStep {
    try await Stage([Stage.identity("prova", number, level: .one)]).converse("prova", .one)
  }

  @Test(arguments: ["RSSMRA85T10H501O", "RSSMRA85T10H50MG", "BNCNNASNATMFNLRC", "GDASDV00A01H501J"])
  func aValidCodeIsTakenAsItIsAndOmocodicOnesToo(_ code: String) async throws {
    let identity = VerifiedIdentity(subject: .fiscalCode(try FiscalCode(code)), acr: SPIDLevel.one.acr)
    #expect(try await login("TINIT-\(code)") == .verified(identity))
  }

  @Test(arguments: [
    nil, "TINIT-", "TINIT-RSSMRA85T10H501A", "TINIT-RSSMRA85F10H501N", "TINIT-RSSMRA85T10H501", "TINIT-12345678801",
    "TINIT-12345670801", "TINIT-rssmra85t10h501o", "TINIT- RSSMRA85T10H501O", "TINITRSSMRA85T10H501O",
    "TINit-RSSMRA85T10H501O", "TIN", "TIN12-1", "TINIT-TINIT-RSSMRA85T10H501O",
  ])
  func anythingElseOfItalyIsRefused(_ number: String?) async throws {
    let denial = try await login(number).denial
    #expect(denial?.reason == "spid-attributes")
    #expect(denial?.explanation == "Non siamo riusciti a verificare la risposta del gestore SPID.")
  }

  @Test(arguments: ["TINDE-0123456789", "TINFR-RSSMRA85T10H501O"])
  func theNumberOfAnotherCountryHasItsOwnMessage(_ number: String) async throws {
    let denial = try await login(number).denial
    #expect(denial?.reason == "spid-foreign")
    #expect(denial?.explanation?.contains("altro Paese") == true)
  }
}
