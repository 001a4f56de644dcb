import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import PINDispositivo
import PINOrdinario
import Testing

@Suite struct PINModuleTests {
  private let bench: ModuleBench
  private let ordinario: PINOrdinarioAuthenticator
  private let dispositivo: PINDispositivoAuthenticator
  private let mario: FiscalCode
  private let anna: FiscalCode
  private let nobody: FiscalCode

  init() throws {
    mario = try FiscalCode("RSSMRA85T10H501O")
    anna = try FiscalCode("BNCNNA62A71F205V")
    nobody = try FiscalCode("DMCNCL99M01G273W")
    bench = try ModuleBench(pins: [
      mario: FixedPIN("ABCD1234"),
      anna: FixedPIN("WXYZ5678", grade: .dispositivo, credential: CredentialID("pin-2")),
    ])
    ordinario = try bench.make(PINOrdinarioAuthenticator.self)
    dispositivo = try bench.make(PINDispositivoAuthenticator.self)
  }

  private func answer(_ code: String, _ pin: String) -> LoginAnswer {
    LoginAnswer(["fiscal_code": Secret(code), "pin": Secret(pin)], attempt: AttemptContext(device: "device-1"))
  }

  private func login(
    _ module: any Authenticator, _ answer: LoginAnswer, subject: FiscalCode? = nil
  ) async throws -> AuthenticationStep {
    let request = LoginRequest(purpose: subject == nil ? .firstLogin : .stepUp, subject: subject)
    guard case .prompt(_, let state) = try await module.begin(request) else { throw AuthenticatorFault.unavailable("") }
    return try await module.resume(answer, from: state)
  }

  private func wrongAttempts(_ code: FiscalCode) -> [AuthenticatorConformance.WrongAttempt] {
    [
      .init("a wrong PIN", answers: [answer(code.rawValue, "WRONG000")]),
      .init("an unknown citizen", answers: [answer(nobody.rawValue, "ABCD1234")]),
    ]
  }

  @Test func pinOrdinarioConforms() async {
    let script = AuthenticatorConformance.Script(
      expected: .fiscalCode(mario), right: [answer(mario.rawValue, "ABCD1234")], wrong: wrongAttempts(mario))
    await expectConforms(ordinario, script: script)
  }

  @Test(arguments: [false, true])
  func pinDispositivoConforms(_ isStepUp: Bool) async {
    let script = AuthenticatorConformance.Script(
      purpose: isStepUp ? .stepUp : .firstLogin, subject: isStepUp ? anna : nil, expected: .fiscalCode(anna),
      right: [answer(anna.rawValue, "WXYZ5678")], wrong: wrongAttempts(anna))
    await expectConforms(dispositivo, script: script)
  }

  @Test func anyGradeConsultsAndOnlyDispositivoDisposes() async throws {
    let marios = answer(mario.rawValue, "ABCD1234")
    let annas = answer(anna.rawValue, "WXYZ5678")
    let anna = AuthenticationStep.verified(
      VerifiedIdentity(subject: .fiscalCode(anna), credential: CredentialID("pin-2")))
    #expect(try await login(ordinario, annas) == anna)
    #expect(try await login(dispositivo, annas) == anna)
    #expect(try await login(dispositivo, marios) == .denied(.gradeTooLow))
    #expect(ordinario.descriptor.ceiling == .consultation && dispositivo.descriptor.ceiling == .dispositive)
  }

  @Test func aLockedPINIsDeniedWhateverItsGrade() async throws {
    bench.vault.lock(mario)
    #expect(try await login(dispositivo, answer(mario.rawValue, "ABCD1234")) == .denied(.locked))
  }

  @Test func aStepUpAsksForNoNameAndTakesNone() async throws {
    let request = LoginRequest(purpose: .stepUp, subject: mario)
    guard case .prompt(let prompt, let state) = try await dispositivo.begin(request) else {
      Issue.record("no prompt")
      return
    }
    #expect(prompt.fields.map(\.name) == ["pin"])
    #expect(try await dispositivo.resume(answer(anna.rawValue, "WXYZ5678"), from: state) == .denied(.badCredentials))
    #expect(bench.vault.checks.map(\.subject) == [mario])
  }

  @Test func whatMustHappenToThePINIsPassedOn() async throws {
    bench.vault.set(FixedPIN("NEW1", upkeep: .changeRequired, credential: CredentialID("pin-9")), for: mario)
    let step = try await login(ordinario, answer(mario.rawValue, "NEW1"))
    #expect(
      step
        == .verified(
          VerifiedIdentity(
            subject: .fiscalCode(mario), credential: CredentialID("pin-9"), upkeep: .changeRequired)))
  }

  @Test(arguments: ["abcd1234", " ABCD 1234 ", "abcd-1234", "a-b c-d 1-2 3-4"])
  func caseSpacesAndHyphensOfAPINDoNotMatter(_ typed: String) async throws {
    _ = try await login(ordinario, answer(mario.rawValue, typed))
    #expect(bench.vault.checks.first?.secret == Secret("ABCD1234"))
    #expect(bench.vault.checks.first?.attempt.device == "device-1")
  }

  @Test(arguments: ["ａbcd1234", "ABCD１234", "ABCD1234\0", "abcd\u{2010}1234", "ABCD123ſ"])
  func nothingElseOfAPINIsFolded(_ typed: String) async throws {
    #expect(try await login(ordinario, answer(mario.rawValue, typed)) == .denied(.badCredentials))
  }

  @Test(arguments: ["", "RSSMRA85T10H501A", "RSSMRA85T10H501", "12345670802", "RSſMRA85T10H501O"])
  func aMalformedFiscalCodeIsAskedAgainAndNoVaultIsAsked(_ code: String) async throws {
    let message = try await promptMessage(answer(code, "ABCD1234"))
    #expect(message?.contains("no fiscal code") == true)
    #expect(bench.vault.checks.isEmpty)
  }

  @Test func aProvisionalCodeIsSentToAnOffice() async throws {
    #expect(try await promptMessage(answer("12345670801", "ABCD1234"))?.contains("office") == true)
  }

  @Test(arguments: ["", "  ", "--", String(repeating: "A", count: 65), String(repeating: " ", count: 70) + "ABCD1234"])
  func anEmptyOrEndlessPINIsAskedAgainAndNoVaultIsAsked(_ pin: String) async throws {
    #expect(try await promptMessage(answer(mario.rawValue, pin))?.contains("PIN") == true)
    #expect(bench.vault.checks.isEmpty)
  }

  @Test func noMessageRepeatsWhatWasTyped() async throws {
    let message = try await promptMessage(answer("TYPEDBYMISTAKE", "ABCD1234")) ?? ""
    #expect(!message.contains("TYPEDBYMISTAKE") && !message.contains("ABCD1234"))
  }

  @Test(arguments: ["", "x", "?x", "=", "=RSSMRA85T10H501A", "=RSSMRA85T10H501O="])
  func aStateThatIsNotOursIsDenied(_ state: String) async throws {
    let step = try await ordinario.resume(
      answer(mario.rawValue, "ABCD1234"), from: AuthenticationState(bytes: Array(state.utf8)))
    #expect(step == .denied(.badCredentials))
  }

  @Test func aVaultThatIsAwayIsAFaultAndNoDenial() async throws {
    bench.vault.fail(with: .busy(retryAfterSeconds: 2))
    await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 2)) {
      try await login(ordinario, answer(mario.rawValue, "ABCD1234"))
    }
  }

  @Test func theLabelIsASetting() async throws {
    let module = try bench.make(PINOrdinarioAuthenticator.self, settings: ["prompt_label": "Codice PIN"])
    guard case .prompt(let prompt, _) = try await module.begin(LoginRequest(purpose: .firstLogin)) else {
      Issue.record("no prompt")
      return
    }
    #expect(prompt.fields.last?.label == "Codice PIN")
    #expect(throws: ConfigurationError.self) {
      try bench.make(PINOrdinarioAuthenticator.self, settings: ["prompt_label": " "])
    }
  }

  private func promptMessage(_ answer: LoginAnswer) async throws -> String? {
    guard case .prompt(let prompt, _) = try await login(ordinario, answer) else { return nil }
    return prompt.message
  }
}
