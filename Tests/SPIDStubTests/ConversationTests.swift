import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import SPIDStub
import SPIDStubProvider
import Testing

/// Logins without a browser.
@Suite struct ConversationTests {
  private let stage: Stage

  init() throws {
    stage = try Stage([
      Stage.identity("alto", "BNCNNA62A71F205V", level: .three, answers: .three),
      Stage.identity("basso", "BNCNNA62A71F205V", level: .three, answers: .one),
    ])
  }

  @Test func itConforms() async throws {
    let stage = stage
    let script = AuthenticatorConformance.Script(
      expected: .fiscalCode(stage.anna),
      right: [LoginAnswer(["user": Secret("anna"), "password": Secret(Stage.password)])],
      wrong: [
        .init("a wrong password", answers: [LoginAnswer(["user": Secret("anna"), "password": Secret("no")])]),
        .init("an unknown user", answers: [LoginAnswer(["user": Secret("nessuno"), "password": Secret("no")])]),
      ])
    await expectConforms(stage.module, script: script)
  }

  @Test(arguments: SPIDLevel.allCases) func eachLevelEndsInItsOwnContext(_ level: SPIDLevel) async throws {
    #expect(try await stage.converse("anna", level) == stage.verified(stage.anna, level))
  }

  @Test func levelOneIsAskedForWhereAnyIsEnough() async throws {
    #expect(try await stage.converse("anna", nil) == stage.verified(stage.anna, .one))
  }

  @Test func theContextsAreThoseOfTheSpecification() {
    let contexts = stage.module.descriptor.contexts
    #expect(contexts.map(\.acr) == (1...3).map { "https://www.spid.gov.it/SpidL\($0)" })
    #expect(contexts.map(\.level) == [.low, .substantial, .high])
    #expect(contexts.map(\.right) == [.consultation, .dispositive, .dispositive])
  }

  @Test func aContextOfSomebodyElseIsAFault() async throws {
    let legacy = AuthenticationContext(
      acr: "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1", level: .low, right: .consultation)
    await #expect(throws: AuthenticatorFault.self) {
      try await stage.module.begin(LoginRequest(purpose: .firstLogin, context: legacy))
    }
  }

  @Test func promptsBeginWithTheBannerAndAskForAnAccount() async throws {
    let step = try await stage.begin(.one, hasBrowser: false)
    guard case .prompt(let prompt, _) = step else { throw BrowserError.noRedirect }
    #expect(prompt.message?.hasPrefix(StubBanner.english) == true)
    #expect(prompt.fields.map(\.kind) == [.account, .secret])
  }

  @Test func levelTwoAsksForACodeAndLevelThreeForAConfirmation() async throws {
    var step = try await stage.begin(.three, hasBrowser: false)
    var ids: [String] = []
    while let id = step.promptID, let answer = stage.answer(step, "anna"), let state = step.waiting {
      ids.append(id)
      step = try await stage.module.resume(answer, from: state)
    }
    #expect(ids == ["spid-stub-password", "spid-stub-code", "spid-stub-confirm"])
  }

  @Test func aCodeIsGoodOnce() async throws {
    #expect(try await stage.converse("anna", .two) == stage.verified(stage.anna, .two))
    #expect(try await stage.converse("anna", .two) == .denied(.badCredentials))
    stage.bench.clock.advance(by: .seconds(30))
    #expect(try await stage.converse("anna", .two) == stage.verified(stage.anna, .two))
  }

  @Test func ofTwoLoginsWithOneCodeTheFirstWriteWins() async throws {
    let stage = stage
    stage.bench.storage.beforeNextPut {
      let rival = try? await stage.converse("anna", .two)
      #expect(rival == stage.verified(stage.anna, .two))
    }
    #expect(try await stage.converse("anna", .two) == .denied(.badCredentials))
  }

  @Test(arguments: [("000000", true), ("12345", false), ("abcdef", false), ("", false)])
  func aWrongCodeIsDeniedAndAMalformedOneAskedForAgain(_ code: String, _ isDenied: Bool) async throws {
    let first = try await stage.begin(.two, hasBrowser: false)
    let second = try await stage.module.resume(
      try #require(stage.answer(first, "anna")), from: try #require(first.waiting))
    let end = try await stage.module.resume(
      LoginAnswer(["code": Secret(code)]), from: try #require(second.waiting))
    if isDenied { #expect(end == .denied(.badCredentials)) } else { #expect(end.promptID == "spid-stub-code") }
  }

  @Test(arguments: [("luigi", SPIDLevel.two), ("luigi", .three), ("mario", .three)])
  func anIdentityOfTooLowALevelIsNr20(_ user: String, _ level: SPIDLevel) async throws {
    let denial = try #require(try await stage.converse(user, level).denial)
    #expect(denial.reason == "spid-nr20" && denial.isRevealable)
    #expect(denial.facts["level"] == "\(level.rawValue)")
    #expect(denial.explanation?.contains("SPID di livello \(level.rawValue)") == true)
  }

  @Test func theLevelOfAnIdentityIsNotToldBeforeThePassword() async throws {
    let step = try await stage.begin(.three, hasBrowser: false)
    let answer = try #require(stage.answer(step, "luigi", "wrong"))
    #expect(try await stage.module.resume(answer, from: try #require(step.waiting)) == .denied(.badCredentials))
  }

  @Test func aHigherLevelThanAskedIsTakenAsWhatItIs() async throws {
    #expect(try await stage.converse("alto", .one) == stage.verified(stage.anna, .three))
  }

  @Test func aLowerLevelThanAskedIsRefused() async throws {
    #expect(try await stage.converse("basso", .one) == stage.verified(stage.anna, .one))
    let denial = try await stage.converse("basso", .two).denial
    #expect(denial?.reason == "spid-level" && denial?.facts["level"] == "2")
  }

  @Test func aStepUpIsForThePersonWhoIsSignedIn() async throws {
    #expect(try await stage.converse("anna", .two, subject: stage.anna) == stage.verified(stage.anna, .two))
    #expect(try await stage.converse("mario", .two, subject: stage.anna) == .denied(.anotherPerson))
  }

  @Test func aStepUpAsksForThePasswordAnew() async throws {
    #expect(try await stage.converse("anna", .two) == stage.verified(stage.anna, .two))
    let step = try await stage.begin(.two, subject: stage.anna, hasBrowser: false)
    #expect(step.promptID == "spid-stub-password")
  }
}
