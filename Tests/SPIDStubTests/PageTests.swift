import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import SPIDStub
import SPIDStubProvider
import Testing

/// Logins through the provider's pages.
@Suite struct PageTests {
  private let stage: Stage

  init() throws {
    stage = try Stage([
      Stage.identity("alto", "BNCNNA62A71F205V", level: .three, answers: .two),
      Stage.identity("basso", "BNCNNA62A71F205V", level: .three, answers: .one),
    ])
  }

  @Test(arguments: SPIDLevel.allCases) func eachLevelEndsInItsOwnContext(_ level: SPIDLevel) async throws {
    let browser = try await Browser(stage, level)
    await browser.logIn("anna")
    #expect(try await browser.verdict() == stage.verified(stage.anna, level))
  }

  @Test func theStepsFollowEachOther() async throws {
    let browser = try await Browser(stage, .three)
    var steps = [browser.step]
    await browser.enter("anna")
    steps.append(browser.step)
    await browser.press("onward", ["code": stage.code])
    steps.append(browser.step)
    await browser.press("onward")
    steps.append(browser.step)
    #expect(steps == ["password", "code", "confirmation", "consent"])
    await browser.press("onward")
    let address = try #require(browser.address)
    #expect(address.hasPrefix("https://varco.example/login/return?relay_state=relay-1&artifact="))
  }

  @Test(arguments: [(true, StubBanner.italian), (false, StubBanner.english)])
  func everyPageHasTheBanner(_ isItalian: Bool, _ banner: String) async throws {
    let browser = try await Browser(stage, .three, isItalian: isItalian)
    #expect(browser.page?.banner == banner)
    #expect(browser.page?.buttons.map(\.label) == (isItalian ? ["Entra", "Annulla"] : ["Log in", "Cancel"]))
    await browser.enter("anna")
    #expect(browser.page?.banner == banner)
    await browser.press("onward", ["code": stage.code])
    #expect(browser.page?.banner == banner)
    await browser.press("onward")
    #expect(browser.page?.banner == banner)
    #expect(
      browser.page?.buttons.map(\.label)
        == (isItalian ? ["Acconsento", "Non acconsento"] : ["I agree", "I do not agree"]))
    await browser.send(["request": "nothing"], isPost: false)
    #expect(browser.page?.banner == banner)
  }

  @Test func theConsentShowsWhatIsSentAndOnlyTheEndOfTheFiscalCode() async throws {
    let browser = try await Browser(stage, .one)
    await browser.enter("anna")
    let lines = try #require(browser.page?.paragraphs)
    #expect(lines.contains("Given name: Anna"))
    #expect(lines.contains("Fiscal code: ••••••••••••••••••205V"))
    #expect(!lines.contains { $0.contains("333") })
  }

  @Test func noFiscalCodeAndNoSecretLeavesThePages() async throws {
    let browser = try await Browser(stage, .three, subject: stage.anna)
    await browser.logIn("anna")
    #expect(browser.address != nil)
    for text in browser.seen {
      #expect(!text.contains(stage.anna.rawValue))
      #expect(!text.contains(Stage.password))
    }
    for key in stage.bench.storage.keys {
      #expect(!key.contains(stage.anna.rawValue))
      #expect(!key.contains("anna"))
      #expect(!browser.seen.contains { $0.count > 40 && key.contains($0) })
    }
  }

  @Test(arguments: [
    ("cancel", "password", "spid-nr25"), ("cancel", "code", "spid-nr25"), ("refuse", "consent", "spid-nr22"),
  ])
  func aPersonCanGiveUp(_ choice: String, _ step: String, _ reason: String) async throws {
    let browser = try await Browser(stage, step == "code" ? .two : .one)
    if step != "password" { await browser.enter("anna") }
    #expect(browser.step == step)
    await browser.press(choice)
    #expect(try await browser.verdict().denial?.reason == reason)
  }

  @Test func threeWrongTriesAreNr19() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna", "wrong")
    let alert = browser.page?.alert
    await browser.enter("nobody", "wrong")
    #expect(alert != nil && browser.page?.alert == alert)
    stage.bench.clock.advance(by: .minutes(3))
    await browser.enter("anna")
    #expect(browser.step == "code")
    await browser.press("onward", ["code": "000000"])
    #expect(try await browser.verdict().denial?.reason == "spid-nr19")
  }

  @Test func emptyFieldsAreNoTry() async throws {
    let browser = try await Browser(stage, .one)
    for _ in 0..<4 { await browser.enter("anna", "") }
    #expect(browser.step == "password" && browser.page?.alert != nil)
  }

  @Test func fiveMinutesArePatience() async throws {
    let browser = try await Browser(stage, .one)
    stage.bench.clock.advance(by: .minutes(5))
    await browser.enter("anna")
    #expect(browser.step == "consent")
    stage.bench.clock.advance(by: .seconds(1))
    await browser.press("onward")
    #expect(try await browser.verdict().denial?.reason == "spid-nr21")
  }

  @Test func tooLowALevelIsNr20() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("luigi")
    #expect(try await browser.verdict().denial?.reason == "spid-nr20")
  }

  @Test func higherAnswersCountAndLowerOnesAreRefused() async throws {
    let high = try await Browser(stage, .one)
    await high.logIn("alto")
    #expect(try await high.verdict() == stage.verified(stage.anna, .two))
    let low = try await Browser(stage, .two)
    await low.logIn("basso")
    #expect(try await low.verdict().denial?.reason == "spid-level")
  }

  @Test func aStepUpIsForThePersonWhoIsSignedIn() async throws {
    let browser = try await Browser(stage, .two, subject: stage.anna)
    await browser.logIn("mario")
    #expect(try await browser.verdict() == .denied(.anotherPerson))
  }

  @Test func otherPathsAreNotThere() async throws {
    let browser = try await Browser(stage)
    for path in ["", "Login", "login/x"] {
      await browser.send(["request": "x"], isPost: false, path: path)
      #expect(browser.reply == .notFound)
    }
  }

  @Test func withoutStorageThePageSaysSo() async throws {
    let browser = try await Browser(stage)
    stage.bench.storage.fail(with: .unavailable("gone"))
    await browser.enter("anna")
    #expect(browser.page?.alert == "This does not work just now. Try again later.")
  }
}
