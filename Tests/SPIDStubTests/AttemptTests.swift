import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import SPIDStubProvider
import Testing

/// What the pages let the host count.
@Suite struct AttemptTests {
  private let stage: Stage

  init() throws { stage = try Stage([Stage.identity("sospesa", nil, level: .one, error: .nr23)]) }

  @Test func aLockedAccountLooksLikeAWrongPasswordAndIsNotCompared() async throws {
    let first = try await Browser(stage, .one)
    await first.enter("anna", "wrong")
    let second = try await Browser(stage, .one)
    await second.enter("anna")
    #expect(second.step == "password" && second.page?.alert != nil && second.page?.alert == first.page?.alert)
    stage.bench.clock.advance(by: .minutes(3))
    let third = try await Browser(stage, .one)
    await third.enter("anna")
    #expect(third.step == "consent")
  }

  @Test func aWrongCodeCountsForWhoeverThePasswordWasOf() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna")
    #expect(stage.attempts.failures(of: "anna") == 0)
    await browser.press("onward", ["code": "000000"])
    #expect(stage.attempts.failures(of: "anna") == 1)
    await browser.press("onward", ["code": stage.code])
    #expect(browser.step == "code")
  }

  @Test func oneAccountsLockIsNobodyElses() async throws {
    let browser = try await Browser(stage, .one)
    await browser.enter("anna", "wrong")
    await browser.enter("mario")
    #expect(browser.step == "consent")
  }

  @Test func everythingRightForgetsTheFailuresAndOnlyThat() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna", "wrong")
    stage.bench.clock.advance(by: .minutes(3))
    await browser.enter("anna")
    #expect(stage.attempts.failures(of: "anna") == 1)
    await browser.press("onward", ["code": stage.code])
    #expect(browser.step == "consent" && stage.attempts.failures(of: "anna") == 0)
  }

  @Test func whatIsNoGuessIsNotCounted() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna", "")
    await browser.enter("anna")
    await browser.press("onward", ["code": "12 ab"])
    #expect(stage.attempts.failures(of: "anna") == 0)
    let refused = try await Browser(stage, .one)
    await refused.enter("sospesa")
    #expect(refused.address != nil && stage.attempts.failures(of: "sospesa") == 0)
  }

  @Test func aFaultIsNoGuess() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna")
    stage.bench.storage.fail(with: .unavailable("gone"))
    await browser.press("onward", ["code": stage.code])
    stage.bench.storage.fail(with: nil)
    #expect(stage.attempts.failures(of: "anna") == 0)
  }
}
