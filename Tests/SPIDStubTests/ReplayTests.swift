import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import SPIDStub
import SPIDStubProvider
import Testing

/// What was used, swapped, stolen or came late.
@Suite struct ReplayTests {
  private let stage: Stage

  init() throws { stage = try Stage() }

  @Test func aResponseIsTakenOnce() async throws {
    let browser = try await Browser(stage, .one)
    await browser.logIn("anna")
    #expect(try await browser.verdict() == stage.verified(stage.anna, .one))
    #expect(try await browser.verdict().denial?.reason == "spid-response")
  }

  @Test func ofManyWhoTakeAResponseOneHasIt() async throws {
    let stage = stage
    let browser = try await Browser(stage, .one)
    await browser.logIn("anna")
    let (state, artifact) = (browser.state, try #require(browser.artifact))
    let verdicts = await withTaskGroup(of: AuthenticationStep?.self) { group in
      for _ in 0..<16 {
        group.addTask { try? await stage.module.resume(LoginAnswer(["artifact": Secret(artifact)]), from: state) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(verdicts.count { $0 == stage.verified(stage.anna, .one) } == 1)
  }

  @Test func responsesOfTwoRequestsCannotBeSwapped() async throws {
    let first = try await Browser(stage, .one, relayState: "relay-1")
    let second = try await Browser(stage, .one, relayState: "relay-2")
    await first.logIn("anna")
    await second.logIn("mario")
    #expect(try await first.verdict(second.artifact).denial?.reason == "spid-response")
    #expect(try await first.verdict() == stage.verified(stage.anna, .one))
    #expect(try await second.verdict().denial?.reason == "spid-response")
  }

  @Test func anErrorOfAnotherRequestIsNotTaken() async throws {
    let victim = try await Browser(stage, .one)
    let attacker = try await Browser(stage, .one)
    await attacker.press("cancel")
    #expect(try await victim.verdict(attacker.artifact).denial?.reason == "spid-response")
  }

  @Test(arguments: [(119, true), (120, false)]) func aResponseWaitsTwoMinutes(_ seconds: Int, _ isGood: Bool)
    async throws
  {
    let browser = try await Browser(stage, .one)
    await browser.logIn("anna")
    stage.bench.clock.advance(by: .seconds(seconds))
    let isVerified = try await browser.verdict() == stage.verified(stage.anna, .one)
    #expect(isVerified == isGood)
  }

  @Test func aResponseFromBeforeTheRequestIsNotTaken() async throws {
    let browser = try await Browser(stage, .one)
    await browser.logIn("anna")
    var written = try #require(
      try JSONSerialization.jsonObject(with: Data(browser.state.bytes)) as? [String: Any])
    written["begunAt"] = ["milliseconds": stage.bench.clock.now.milliseconds + 1]
    let later = AuthenticationState(bytes: Array(try JSONSerialization.data(withJSONObject: written)))
    #expect(try await browser.verdict(from: later).denial?.reason == "spid-response")
  }

  @Test(arguments: ["", "x", String(repeating: "0", count: 64), String(repeating: "a", count: 10_240)])
  func anArtifactThatIsNoneIsDenied(_ artifact: String) async throws {
    let browser = try await Browser(stage, .one)
    #expect(try await browser.verdict(artifact).denial?.reason == "spid-response")
  }

  @Test func theHandleOfARequestIsNoArtifact() async throws {
    let browser = try await Browser(stage, .one)
    #expect(try await browser.verdict(browser.page?.hidden["request"]).denial?.reason == "spid-response")
  }

  @Test func aRequestEndsWithItsResponse() async throws {
    let browser = try await Browser(stage, .one)
    await browser.enter("anna")
    let consent = try #require(browser.page?.hidden).merging(["choice": "onward"]) { $1 }
    await browser.send(consent, isPost: true)
    #expect(browser.artifact != nil)
    await browser.send(consent, isPost: true)
    #expect(browser.page?.buttons.isEmpty == true)
  }

  @Test func whoeverKnowsTheFirstAddressCannotGoOnWhereSomebodyElseHasLoggedIn() async throws {
    let victim = try await Browser(stage, .one)
    let first = try #require(victim.page?.hidden["request"])
    await victim.enter("anna")
    #expect(victim.step == "consent" && victim.page?.hidden["request"] != first)
    await victim.send(["request": first, "step": "consent", "choice": "onward"], isPost: true)
    #expect(victim.address == nil && victim.page?.buttons.isEmpty == true)
  }

  @Test func aPageOfAnotherStepIsNoTry() async throws {
    let browser = try await Browser(stage, .two)
    await browser.enter("anna")
    let stale = try #require(browser.page?.hidden).merging(["step": "password", "choice": "onward"]) { $1 }
    for _ in 0..<4 { await browser.send(stale, isPost: true) }
    #expect(browser.step == "code" && browser.page?.alert == nil)
  }

  @Test func nobodyConsentsBeforeThePassword() async throws {
    let browser = try await Browser(stage, .one)
    await browser.press("onward", ["step": "consent"])
    #expect(browser.step == "password")
    await browser.press("refuse")
    #expect(browser.step == "password")
  }

  @Test func lookingAtAPageDoesNothing() async throws {
    let browser = try await Browser(stage, .one)
    var fields = try #require(browser.page?.hidden)
    fields.merge(["choice": "onward", "user": "anna", "password": Stage.password]) { $1 }
    await browser.send(fields, isPost: false)
    #expect(browser.step == "password")
  }

  @Test func aCodeUsedOnThePagesIsUsedInTheConversationToo() async throws {
    let browser = try await Browser(stage, .two)
    await browser.logIn("anna")
    #expect(browser.artifact != nil)
    #expect(try await stage.converse("anna", .two) == .denied(.badCredentials))
  }

  @Test func ofTwoTriesAtOnceTheSlowerLearnsNothing() async throws {
    let stage = stage
    let browser = try await Browser(stage, .one)
    let hidden = try #require(browser.page?.hidden)
    stage.bench.storage.beforeNextPut {
      let fields = hidden.merging(["choice": "onward", "user": "anna", "password": "wrong"]) { $1 }
      let request = PageRequest(
        path: "login", isPost: true, fields: LoginAnswer(fields.mapValues { Secret($0) }), isItalian: false,
        attempts: stage.attempts)
      _ = await stage.module.pages?.answer(request)
    }
    await browser.enter("anna", "wrong too")
    #expect(browser.page?.buttons.isEmpty == true)
  }

  @Test func theRelayStateIsEscaped() async throws {
    let browser = try await Browser(stage, .one, relayState: "a&artifact=b#è")
    await browser.press("cancel")
    #expect(browser.address?.contains("relay_state=a%26artifact%3Db%23%C3%A8&artifact=") == true)
  }
}
