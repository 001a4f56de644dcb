import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

/// An operation that asks for a second factor besides.
@Suite struct AlsoTests {
  private let now = Portal.now
  private let sealed = "dispositivo:merge.sealed"

  private func begin(_ name: String, _ purpose: LoginRequest.Purpose) throws -> LoginFlow.Action {
    .begin(try instance(name), purpose)
  }

  private func portal(_ changes: RightsPolicy.Row...) throws -> Portal {
    try Portal(changes: changes + [try Portal.row("key", primary: false, asserts: false)])
  }

  // MARK: The decision

  @Test func r8WhereOnlyTheFactorIsMissingItIsWhatWouldBeEnough() throws {
    let verdict = try Portal().judge(sealed, [try proof("card")])
    let acrs = ["pin-dispositivo", "spid", "card"].map(Portal.acr)
    #expect(verdict.reason == .insufficientMethod)
    #expect(
      verdict.enough
        == Sufficiency(instances: [try instance("totp")], acrValues: acrs, maxAge: 600, words: nil))
    #expect(try Portal().judge(sealed, []).enough?.instances.first == (try instance("pin-dispositivo")))
  }

  @Test func r8WhereTheFactorIsNotSwitchedOnNothingIsNamed() throws {
    let off = try Portal(try Portal.row("totp", enabled: false, primary: false))
    for holds in [[], [try proof("card")]] { #expect(try off.judge(sealed, holds).enough == nil) }
    let primary = try Portal(try Portal.row("totp", .dispositive))
    #expect(try !primary.judge(sealed, [try proof("card"), try proof("totp")]).isAllowed)
  }

  @Test func theAnswerHoldsAsLongAsTheShorterOfProofAndFactor() throws {
    let card = try proof("card", at: now - .minutes(3))
    let totp = try proof("totp", at: now - .minutes(9))
    #expect(try Portal().judge(sealed, [card, totp]).until == now + .minutes(6))
    #expect(try Portal().judge(sealed, [try proof("card", at: now - .minutes(14)), totp]).until == now + .minutes(1))
    let short = try Portal(try Portal.row("totp", primary: false, freshness: .minutes(10)))
    #expect(try short.judge(sealed, [card, totp]).until == now + .minutes(1))
    #expect(try short.judge(sealed, [card, totp], at: now + .minutes(1)).reason == .insufficientMethod)
    #expect(try short.judge(sealed, [card, try proof("totp", at: now + .seconds(3))]).reason == .insufficientMethod)
  }

  @Test func theOperationsAgeIsTheFactorsToo() throws {
    let holds = [try proof("card"), try proof("totp", at: now - .minutes(5))]
    #expect(try portal().judge("dispositivo:merge.either", holds).reason == .insufficientMethod)
    #expect(try portal().judge(sealed, holds).isAllowed)
  }

  @Test func readingMayAskForAFactorOfAnyAge() throws {
    let pin = try proof("pin-ordinario")
    #expect(try Portal().judge("consultazione:merge.watched", [pin]).reason == .insufficientMethod)
    let totp = try proof("totp", at: now - .hours(5))
    #expect(try Portal().judge("consultazione:merge.watched", [pin, totp]).until == Instant(milliseconds: .max))
  }

  // MARK: The login

  @Test func whoeverIsSignedInIsAskedForTheFactorOnly() throws {
    var login = try Login(Portal(), steppingUp: [try proof("card")], for: sealed)
    #expect(try login.send(.started) == begin("totp", .secondFactor))
    #expect(try login.prove() == .finish(Login.mario, adding: [try proof("totp")]))
  }

  @Test func theFactorComesAfterTheLoginInOneConversation() throws {
    var login = try Login(Portal(), for: sealed, wanted: "card")
    login.send(.started)
    #expect(try login.prove() == begin("totp", .secondFactor))
    #expect(try login.prove() == .finish(Login.mario, adding: [try proof("card"), try proof("totp")]))
  }

  @Test func ofSeveralFactorsThePersonChooses() throws {
    var login = try Login(portal(), steppingUp: [try proof("card")], for: "dispositivo:merge.either")
    #expect(try login.send(.started) == .choose(["totp", "key"].map { try instance($0) }))
    #expect(try login.choose("key") == begin("key", .secondFactor))
  }

  @Test func aFactorThatConfirmedTheLoginIsNotAskedForTwice() throws {
    let portal = try Portal(try Portal.row("card", .dispositive, level: .high, followedBy: [["totp"]]))
    var login = try Login(portal, for: sealed, wanted: "card")
    login.send(.started)
    #expect(try login.prove() == begin("totp", .secondFactor))
    let card = try proof("card", confirmedBy: ["totp"])
    #expect(try login.prove() == .finish(Login.mario, adding: [card, try proof("totp")]))
  }

  @Test func aFactorMayBeAskedForOnlyWhereItIsWhatIsMissing() throws {
    var missing = try Login(portal(), steppingUp: [try proof("card")], for: "dispositivo:merge.either", wanted: "key")
    #expect(try missing.send(.started) == begin("key", .secondFactor))
    for goal in ["dispositivo:merge.sealed", "dispositivo:apply"] {
      var login = try Login(portal(), steppingUp: [try proof("pin-ordinario")], for: goal, wanted: "totp")
      #expect(login.send(.started) == .deny(.notAllowed))
      var first = try Login(portal(), for: goal, wanted: "totp")
      #expect(first.send(.started) == .deny(.notAllowed))
    }
  }

  @Test func aFactorThatDidNotSufficeIsNotAskedForAgain() throws {
    var login = try Login(Portal(), steppingUp: [try proof("card")], for: sealed)
    login.send(.started)
    let late = try proof("totp", at: now - .minutes(20))
    #expect(try login.prove(at: late.at) == .finish(Login.mario, adding: [late]))
  }

  @Test func aFactorIsNoLoginForAMaxAge() throws {
    let card = try proof("card", at: now - .minutes(5))
    var login = try Login(Portal(), steppingUp: [card], for: sealed, maxAge: .seconds(60))
    #expect(try login.send(.started) == begin("totp", .secondFactor))
    #expect(try login.prove() == .choose(try Portal().policy.primaries.map(\.instance)))
    _ = try login.choose("card")
    #expect(try login.prove() == .finish(Login.mario, adding: [try proof("totp"), try proof("card")]))
  }
}
