import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerStore
import Foundation
import HTTPTypes
import Testing

@testable import GatewayHTTP

/// A login through the pages of a provider of ours, and the host's counter behind them.
@Suite struct ProviderPageTests {
  @Test func aLoginThroughThePagesEndsWithACode() async throws {
    let visitor = ProviderVisitor(try await ProviderVisitor.desk())
    try await visitor.begin()
    try await visitor.enter("mario")
    try await visitor.consentAndConfirm()
    #expect(visitor.answer.status == 200)
    #expect(try await visitor.code() != nil)
  }

  @Test func aWrongPasswordLocksTheAccountOnEveryPageForThreeMinutes() async throws {
    let desk = try await ProviderVisitor.desk()
    let (guesser, owner) = (ProviderVisitor(desk), ProviderVisitor(desk))
    try await guesser.begin()
    try await guesser.enter("mario", "wrong")
    let words = guesser.answer.body
    try await owner.begin()
    try await owner.enter("mario")
    // Not a word tells the lock from a wrong password.
    #expect(owner.answer.hidden("step") == "password")
    #expect(ProviderPageTests.alert(owner.answer.body) == ProviderPageTests.alert(words))
    desk.clock.advance(by: .minutes(3))
    try await owner.enter("mario")
    #expect(owner.answer.hidden("step") == "consent")
  }

  @Test func pagesAndPromptsHaveOneLock() async throws {
    let desk = try await ProviderVisitor.desk()
    let visitor = ProviderVisitor(desk)
    try await visitor.begin()
    // However it is written, it is one account.
    try await visitor.enter("%20MARIO", "wrong")
    let answers = ["authenticator": "spid", "user": "mario", "password": ProviderVisitor.password]
    #expect(try await desk.begin(answers)["error"] == "access_denied")
    desk.clock.advance(by: .minutes(3))
    #expect(try await desk.begin(answers)["authorization_code"] != nil)
    _ = try await desk.begin(answers.merging(["password": "wrong"]) { $1 })
    try await visitor.begin()
    try await visitor.enter("mario")
    #expect(visitor.answer.hidden("step") == "password")
  }

  @Test func guessesInManyLoginsAtOnceAreOneGuess() async throws {
    let desk = try await ProviderVisitor.desk()
    var visitors: [ProviderVisitor] = []
    for _ in 0..<8 {
      let visitor = ProviderVisitor(desk)
      try await visitor.begin()
      visitors.append(visitor)
    }
    for (index, visitor) in visitors.enumerated() { try await visitor.enter("mario", index == 7 ? "prova-prova" : "x") }
    #expect(visitors.allSatisfy { $0.answer.hidden("step") == "password" })
  }

  @Test func eachWrongTryIsInTheAuditLog() async throws {
    let desk = try await ProviderVisitor.desk()
    let visitor = ProviderVisitor(desk)
    try await visitor.begin()
    try await visitor.enter("mario", "wrong")
    try await visitor.enter("mario", "wrong")
    let reasons = try await desk.denials()
    #expect(reasons == ["badCredentials", "locked"])
  }

  @Test func whoeverWasRefusedCanTryAgainInTheSameStep() async throws {
    let visitor = ProviderVisitor(try await ProviderVisitor.desk())
    try await visitor.begin()
    try await visitor.enter("sospesa")
    try await visitor.follow()
    #expect(visitor.answer.status == 403)
    #expect(visitor.answer.body.contains("https://varco.test/login/step?relay_state=\(visitor.relay)"))
    try await visitor.openStep()
    #expect(visitor.answer.hidden("step") == "password")
    try await visitor.enter("mario")
    try await visitor.consentAndConfirm()
    #expect(try await visitor.code() != nil)
  }

  @Test func aReturnThatIsLoadedAgainLeadsToANewLoginAndNotToADeadEnd() async throws {
    let visitor = ProviderVisitor(try await ProviderVisitor.desk())
    try await visitor.begin()
    try await visitor.enter("mario")
    try await visitor.press("/provider/spid/login", ["choice": "onward"])
    let back = try #require(visitor.answer.headers[.location]?.dropFirst("https://varco.test".count))
    try await visitor.follow()
    let first = visitor.answer
    try await visitor.get(String(back))
    #expect(visitor.answer.status == 403)
    let old = ["code": try #require(first.hidden("code")), "answer": "yes", "number": visitor.number]
    try await visitor.press("/login/step/confirm", old)
    #expect(visitor.answer.status == 410)
    try await visitor.openStep()
    try await visitor.enter("mario")
    try await visitor.consentAndConfirm()
    #expect(try await visitor.code() != nil)
  }

  @Test(arguments: [(599, 200), (600, 410)])
  func aStepIsOverTenMinutesAfterItBegan(_ seconds: Int, _ status: Int) async throws {
    let desk = try await ProviderVisitor.desk()
    let visitor = ProviderVisitor(desk)
    try await visitor.begin()
    desk.clock.advance(by: .seconds(seconds))
    try await visitor.get("/login/step?relay_state=\(visitor.relay)")
    #expect(visitor.answer.status == status)
  }

  @Test(arguments: [
    (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
    (["Origin": "https://evil.test"], 403), (["Origin": "null", "Sec-Fetch-Site": "cross-site"], 403),
    (["Origin": "null", "Sec-Fetch-Site": "same-origin"], 200), (["Origin": "https://varco.test"], 200), ([:], 200),
  ])
  func aFormOfAnotherSiteIsRefused(_ headers: [String: String], _ status: Int) async throws {
    let visitor = ProviderVisitor(try await ProviderVisitor.desk())
    try await visitor.begin()
    var fields: HTTPFields = [:]
    for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
    try await visitor.press(
      "/provider/spid/login", ["choice": "onward", "user": "mario", "password": ProviderVisitor.password], fields)
    #expect(visitor.answer.status == status)
    #expect((visitor.answer.hidden("step") == "consent") == (status == 200))
  }

  static func alert(_ page: String) -> Substring? {
    page.split(separator: "\n").first { $0.contains("role=\"alert\"") }
  }
}

extension Desk {
  /// The reasons of the refusals in the audit log, in their order.
  func denials() async throws -> [String] {
    try await AuditStore(ledger).records(after: nil, limit: 1000).filter { $0.kind == AuditKind.denial.rawValue }
      .compactMap { record in
        let detail = try JSONSerialization.jsonObject(with: Data(record.detail.utf8)) as? [String: String]
        return detail?["reason"]
      }
  }
}
