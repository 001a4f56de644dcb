import AccessModel
import AuthenticatorKit
import Testing

@testable import BrokerCore

/// Instances that log in with several strengths, such as the three levels of SPID.
@Suite struct ContextTests {
  private func acr(_ level: Int) -> String { Portal.acr("spid-\(level)") }

  private func verified(
    _ acr: String?, level: AssuranceLevel? = nil, right: AccessRight? = nil, by row: RightsPolicy.Row
  ) throws -> LoginFlow.Action {
    var login = try Login(try Portal(row), wanted: "spid")
    login.send(.started)
    let identity = VerifiedIdentity(
      subject: .fiscalCode(try FiscalCode("RSSMRA85T10H501O")), right: right, level: level, acr: acr)
    login.send(.stepped(.verified(identity)))
    return login.send(.identified(identity, as: Login.mario, profiles: [], at: login.now))
  }

  private func finish(_ acr: String, _ level: AssuranceLevel, _ right: AccessRight) throws -> LoginFlow.Action {
    let proof = Authentication(
      instance: try instance("spid"), credential: nil, level: level, acr: acr, amr: ["pin"], at: Portal.now,
      right: right)
    return .finish(Login.mario, adding: [proof])
  }

  @Test func noContextIsWorthMoreThanItsRow() throws {
    let row = try Portal.spid(level: .low, .consultation)
    #expect(row.contexts.map(\.level) == [.low, .low, .low])
    #expect(row.contexts.allSatisfy { $0.right == .consultation })
    #expect(row.acrs == [1, 2, 3].map(acr))
    #expect(try Portal.row("card").acrs == [Portal.acr("card")])
  }

  @Test func aLoginIsWorthTheContextThatItEndedIn() throws {
    let row = try Portal.spid()
    #expect(try verified(acr(1), by: row) == finish(acr(1), .low, .consultation))
    #expect(try verified(acr(3), by: row) == finish(acr(3), .high, .dispositive))
    #expect(try verified(nil, by: row) == finish(acr(1), .low, .consultation))
    #expect(
      try verified(acr(1), level: .high, right: .dispositive, by: row) == finish(acr(1), .low, .consultation))
    #expect(try verified(acr(3), level: .low, right: .consultation, by: row) == finish(acr(3), .low, .consultation))
  }

  @Test func aContextThatTheRowDoesNotHaveIsNoLogin() throws {
    for name in [acr(9), Portal.acr("spid"), ""] {
      #expect(try verified(name, by: try Portal.spid()) == .deny(.notAllowed))
    }
    #expect(try verified(acr(1), by: try Portal.row("spid")) == .deny(.notAllowed))
    #expect(
      try verified(Portal.acr("spid"), by: try Portal.row("spid")) == finish(Portal.acr("spid"), .none, .consultation))
  }

  @Test(
    arguments: [
      ("consultazione:merge", [1, 2, 3]), ("dispositivo:merge", [2, 3]), ("dispositivo:merge.level2", [2]),
      ("dispositivo:merge.level3", [3]), ("consultazione:merge.safe", [1, 2, 3]),
      ("dispositivo:merge.submit", [2, 3]),
    ] as [(String, [Int])])
  func r8TheContextsThatAreEnoughAreNamed(demand: String, levels: [Int]) throws {
    let rows = [try Portal.spid()]
    let decision = AccessDecision(catalogue: try Portal().catalogue, policy: RightsPolicy(rows))
    let holder = AccessHolder(authentications: [], profiles: [try profile("worker")])
    let enough = decision.judge(try scope(demand), for: holder, at: Portal.now).enough
    #expect(enough?.acrValues == levels.map(acr))
    #expect(enough?.instances == [try instance("spid")])
    for level in 1...3 {
      let holds = [try proof("spid", level: .high, acr: acr(level))]
      #expect(try Portal(rows[0]).judge(demand, holds).isAllowed == levels.contains(level), "level \(level)")
    }
  }

  @Test func r10TheSwitchTakesTheDispositivePartOfEveryContext() throws {
    let portal = try Portal(try Portal.spid(counts: false))
    let holds = [try proof("spid", level: .high, acr: acr(3))]
    #expect(try portal.judge("dispositivo:merge", holds).reason == .insufficientRight)
    #expect(try portal.judge("dispositivo:merge", holds).enough?.instances.contains(try instance("spid")) == false)
    #expect(try portal.judge("consultazione:merge", holds).isAllowed)
  }

  // MARK: What to ask for

  @Test(
    arguments: [
      ([], [], 1), (["consultazione:slip"], [], 1), (["dispositivo:apply"], [], 2),
      (["consultazione:slip", "dispositivo:merge.level3"], [], 3), (["dispositivo:merge.level2"], [], 2),
      (["dispositivo:merge.level2", "dispositivo:merge.level3"], [], 3),
      (["dispositivo:merge.nothing", "consultazione:slip"], [], 1), (["consultazione:slip"], [3, 2], 2),
      (["dispositivo:merge.level3"], [1], 3), (["dispositivo:apply"], [9], 2), (["dispositivo:merge.level2"], [3], 3),
    ] as [([String], [Int], Int)])
  func theWeakestThatIsEnoughIsAskedFor(goal: [String], named: [Int], asked: Int) throws {
    let portal = try Portal(try Portal.spid())
    let goal = try goal.map { try scope($0) }
    let first = LoginFlow.State(goal: goal, acrValues: named.map(acr))
    let holder = AccessHolder(authentications: [try proof("card")], profiles: [])
    let second = LoginFlow.State(goal: goal, acrValues: named.map(acr), citizen: Login.mario, holder: holder)
    for state in [first, second] {
      #expect(portal.flow.context(for: try instance("spid"), state)?.acr == acr(asked))
    }
  }

  @Test func whereThereAreNoContextsNoneIsAskedFor() throws {
    let state = LoginFlow.State(goal: [try scope("dispositivo:apply")], acrValues: [Portal.acr("card")])
    for name in ["card", "old", "unheard-of", "totp"] {
      #expect(try Portal(try Portal.spid()).flow.context(for: try instance(name), state) == nil)
    }
  }

  @Test func aLoginThatEndedTooWeakIsNotAskedForAgainInTheSameConversation() throws {
    let rows = [try Portal.spid()]
    let flow = LoginFlow(catalogue: try Portal().catalogue, policy: RightsPolicy(rows))
    var state = LoginFlow.State(goal: [try scope("dispositivo:apply")])
    _ = flow.handle(.started, &state, at: Portal.now)
    let identity = VerifiedIdentity(subject: .fiscalCode(try FiscalCode("RSSMRA85T10H501O")), acr: acr(1))
    _ = flow.handle(.stepped(.verified(identity)), &state, at: Portal.now)
    let event = LoginFlow.Event.identified(
      identity, as: Login.mario, profiles: [try profile("worker")], at: Portal.now)
    #expect(flow.handle(event, &state, at: Portal.now) == (try finish(acr(1), .low, .consultation)))
  }
}
