import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

@Suite struct LoginFlowTests {
  private let primaries = ["pin-ordinario", "pin-dispositivo", "spid", "card"]

  private func choice(_ names: String...) throws -> LoginFlow.Action { .choose(try names.map { try instance($0) }) }
  private func begin(_ name: String, _ purpose: LoginRequest.Purpose) throws -> LoginFlow.Action {
    .begin(try instance(name), purpose)
  }
  private func finish(_ added: Authentication...) -> LoginFlow.Action { .finish(Login.mario, adding: added) }

  @Test func aFirstLoginOffersWhatIsPrimaryAndSwitchedOn() throws {
    var login = try Login(Portal(), for: "consultazione:slip")
    #expect(login.send(.started) == .choose(try primaries.map { try instance($0) }))
    #expect(try login.choose("spid") == begin("spid", .firstLogin))
  }

  @Test func whereThereIsNoChoiceNoneIsAsked() throws {
    let only = try Portal().policy.rows.filter { $0.instance.description == "spid" }
    let flow = LoginFlow(catalogue: try Portal().catalogue, policy: RightsPolicy(only))
    var state = LoginFlow.State(goal: [])
    #expect(try flow.handle(.started, &state, at: Portal.now) == begin("spid", .firstLogin))
  }

  @Test func whereNobodyCanLogInTheLoginIsDenied() throws {
    let flow = LoginFlow(catalogue: try Portal().catalogue, policy: RightsPolicy([]))
    var state = LoginFlow.State(goal: [try scope("consultazione:slip")])
    #expect(flow.handle(.started, &state, at: Portal.now) == .deny(.notAllowed))
  }

  @Test func theModulesQuestionsAreShownAsTheyAre() throws {
    var login = try Login(Portal(), wanted: "spid")
    #expect(try login.send(.started) == begin("spid", .firstLogin))
    let redirect = Redirect(url: "https://idp.example", form: ["SAMLRequest": "…"])
    for _ in 0..<3 {
      #expect(login.send(.stepped(.prompt(Login.prompt, Login.memory))) == .show(Login.prompt, Login.memory))
      #expect(login.send(.stepped(.redirect(redirect, Login.memory))) == .redirect(redirect, Login.memory))
    }
  }

  @Test func aFirstLoginEndsWithWhatItWasWorthByThePolicy() throws {
    var login = try Login(Portal(), for: "consultazione:slip", wanted: "pin-ordinario")
    login.send(.started)
    let at = login.now - .seconds(3)
    #expect(try login.prove(credential: "p1", at: at) == finish(try proof("pin-ordinario", at: at, credential: "p1")))
  }

  @Test func aGoalBeyondTheFirstLoginAsksForMoreAtOnce() throws {
    var login = try Login(Portal(), for: "consultazione:slip", "dispositivo:apply", wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove() == choice("pin-dispositivo", "spid", "card"))
    #expect(try login.choose("card") == begin("card", .stepUp))
    #expect(try login.prove() == finish(try proof("pin-ordinario"), try proof("card")))
  }

  @Test func twoGoalsThatNeedTwoInstancesAskForBoth() throws {
    var login = try Login(Portal(), for: "dispositivo:merge.named", "dispositivo:merge.strict", wanted: "spid")
    login.send(.started)
    #expect(try login.prove() == begin("card", .stepUp))
    #expect(try login.prove() == finish(try proof("spid"), try proof("card")))
  }

  @Test func aStepUpIsAskedForOnlyWhenNeeded() throws {
    let fresh = try proof("pin-dispositivo", at: Portal.now - .minutes(1))
    var enough = try Login(Portal(), steppingUp: [fresh], for: "dispositivo:apply")
    #expect(enough.send(.started) == finish())
    var notEnough = try Login(Portal(), steppingUp: [fresh], for: "dispositivo:merge.named")
    #expect(try notEnough.send(.started) == begin("spid", .stepUp))
    #expect(try notEnough.prove() == finish(try proof("spid")))
  }

  @Test func whoeverAsksForAnInstanceGetsItAndThenWhatIsMissing() throws {
    var login = try Login(
      Portal(), steppingUp: [try proof("pin-ordinario")], for: "dispositivo:merge.strict", wanted: "pin-dispositivo")
    #expect(try login.send(.started) == begin("pin-dispositivo", .stepUp))
    #expect(try login.prove() == begin("card", .stepUp))
  }

  @Test(arguments: ["totp", "old", "unheard-of"])
  func whereALoginCannotBeginItMayNotBeAskedFor(name: String) throws {
    var login = try Login(Portal(), wanted: name)
    #expect(login.send(.started) == .deny(.notAllowed))
  }

  @Test func theClientsWishNarrowsTheChoiceAndNeverToNothing() throws {
    var narrowed = try Login(Portal(), candidates: ["card", "spid"])
    #expect(try narrowed.send(.started) == choice("spid", "card"))
    var impossible = try Login(Portal(), candidates: ["old"])
    #expect(impossible.send(.started) == .choose(try primaries.map { try instance($0) }))
  }

  @Test func aPINAsIssuedIsChangedBeforeTheLoginIsWorthAnything() throws {
    var login = try Login(Portal(), for: "consultazione:slip", wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove(credential: "p1", upkeep: .changeRequired) == .changeCredential(CredentialID("p1")))
    #expect(login.state.isChanging)
    let later = login.now + .minutes(2)
    let renewed = try proof("pin-ordinario", at: later, credential: "p1")
    #expect(login.send(.upkeepDone(at: later)) == finish(renewed))
  }

  @Test func secondFactorsFollowInARowAndAreStepsOfTheirOwn() throws {
    let portal = try Portal(
      try Portal.row("spid", .dispositive, level: .substantial, followedBy: [["totp"], ["key"]]),
      try Portal.row("key", primary: false))
    var login = try Login(portal, wanted: "spid")
    login.send(.started)
    #expect(try login.prove() == begin("totp", .secondFactor))
    #expect(try login.prove() == begin("key", .secondFactor))
    let spid = try proof("spid", confirmedBy: ["totp", "key"])
    #expect(try login.prove() == finish(spid, try proof("totp"), try proof("key")))
  }

  @Test func whoeverLacksTheSecondFactorDoesNotGetAsFarAsTheChange() throws {
    let portal = try Portal(try Portal.row("pin-ordinario", followedBy: [["totp"]]))
    var login = try Login(portal, wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove(credential: "p1", upkeep: .changeRequired) == begin("totp", .secondFactor))
    #expect(try login.prove() == .changeCredential(CredentialID("p1")))
    let later = login.now + .seconds(5)
    let renewed = try proof("pin-ordinario", at: later, credential: "p1", confirmedBy: ["totp"])
    #expect(try login.send(.upkeepDone(at: later)) == finish(renewed, try proof("totp")))
  }

  @Test func aStepUpHasItsSecondFactorToo() throws {
    let portal = try Portal(try Portal.row("pin-dispositivo", .dispositive, followedBy: [["totp"]]))
    var login = try Login(
      portal, steppingUp: [try proof("pin-ordinario")], for: "dispositivo:apply", wanted: "pin-dispositivo")
    login.send(.started)
    #expect(try login.prove() == begin("totp", .secondFactor))
    #expect(try login.prove() == finish(try proof("pin-dispositivo", confirmedBy: ["totp"]), try proof("totp")))
  }

  // MARK: No circles

  @Test func anInstanceThatDidNotSufficeIsNotOfferedAgain() throws {
    var login = try Login(Portal(), for: "dispositivo:apply", wanted: "pin-dispositivo")
    login.send(.started)
    let tooOld = login.now - .minutes(20)
    #expect(try login.prove(at: tooOld) == choice("spid", "card"))
    _ = try login.choose("spid")
    #expect(try login.prove(at: tooOld) == begin("card", .stepUp))
    let proofs = try ["pin-dispositivo", "spid", "card"].map { try proof($0, at: tooOld) }
    #expect(try login.prove(at: tooOld) == .finish(Login.mario, adding: proofs))
  }

  @Test func aGoalThatNoLoginCanReachDoesNotKeepAnybody() throws {
    var login = try Login(Portal(), for: "dispositivo:pension", "consultazione:nowhere", wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove() == finish(try proof("pin-ordinario")))
  }

  @Test(arguments: [0, 1, 60])
  func aMaxAgeIsMetByOneLoginHoweverShortItIs(seconds: Int) throws {
    let old = try proof("pin-ordinario", at: Portal.now - .minutes(5))
    var login = try Login(
      Portal(), steppingUp: [old], for: "consultazione:slip", wanted: "card", maxAge: .seconds(seconds))
    #expect(try login.send(.started) == begin("card", .stepUp))
    let at = login.now
    login.now = login.now + .seconds(90)
    #expect(try login.prove(at: at) == finish(try proof("card", at: at)))
  }

  @Test(arguments: [(299, true), (300, true), (301, false), (-2, true), (-3, false)])
  func aMaxAgeIsAskedAboutTheNewestAuthentication(age: Int, recent: Bool) throws {
    let existing = try proof("card", at: Portal.now - .seconds(age))
    var login = try Login(
      Portal(), steppingUp: [existing], for: "consultazione:slip", maxAge: .seconds(300) + .milliseconds(1))
    let action = login.send(.started)
    #expect(action == (recent ? finish() : .choose(try primaries.map { try instance($0) })))
  }
}

extension TimeSpan {
  fileprivate static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
  }
}
