import AccessModel
import AuthenticatorKit
import SPIDStub
import SPIDStubProvider
import Testing

/// The texts of specification section 4.8, by both ways of logging in.
@Suite struct ErrorCodeTests {
  static let texts: [(SPIDErrorCode, String)] = [
    (
      .nr19,
      "Hai superato il numero di tentativi consentiti dal tuo gestore SPID. Controlla le credenziali e riprova."
    ),
    (
      .nr20,
      "Per questo servizio serve SPID di livello 2. La tua identità non ha ancora credenziali di questo livello: "
        + "richiedile al tuo gestore."
    ),
    (.nr21, "È passato troppo tempo. Ripeti l'accesso."),
    (.nr22, "Non hai autorizzato l'invio dei dati. Senza il tuo consenso non possiamo farti entrare."),
    (.nr23, "La tua identità SPID risulta sospesa, revocata o bloccata. Rivolgiti al tuo gestore."),
    (.nr25, "Hai annullato l'accesso."),
    (.nr30, "Hai usato un tipo di identità SPID diverso da quello richiesto. Usa la tua identità personale."),
  ]

  private let stage: Stage

  init() throws {
    stage = try Stage(
      SPIDErrorCode.allCases.map { Stage.identity($0.rawValue, "BNCNNA62A71F205V", level: .three, error: $0) })
  }

  @Test func everyCodeHasItsText() { #expect(ErrorCodeTests.texts.map(\.0) == SPIDErrorCode.allCases) }

  @Test(arguments: texts) func anErrorComesAfterThePassword(_ code: SPIDErrorCode, _ text: String) async throws {
    check(try await stage.converse(code.rawValue, .two), code, text)
    let browser = try await Browser(stage, .two)
    await browser.enter(code.rawValue)
    check(try await browser.verdict(), code, text)
  }

  @Test(arguments: SPIDErrorCode.allCases)
  func withoutThePasswordAnErrorIsNotTold(_ code: SPIDErrorCode) async throws {
    let step = try await stage.begin(.one, hasBrowser: false)
    let answer = try #require(stage.answer(step, code.rawValue, "wrong"))
    #expect(try await stage.module.resume(answer, from: try #require(step.waiting)) == .denied(.badCredentials))
  }

  private func check(_ step: AuthenticationStep, _ code: SPIDErrorCode, _ text: String) {
    let denial = step.denial
    #expect(denial?.reason == "spid-\(code.rawValue)")
    #expect(denial?.isRevealable == true)
    #expect(denial?.explanation == text)
    #expect(denial?.facts["english"]?.isEmpty == false)
    #expect(denial?.facts["level"] == (code == .nr20 ? "2" : nil))
  }
}
