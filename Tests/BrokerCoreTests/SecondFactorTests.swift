import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

/// Second factors that a login requires: in a row, and one of several.
@Suite struct SecondFactorTests {
  private func portal(_ followedBy: [[String]], _ changes: RightsPolicy.Row...) throws -> Portal {
    try Portal(
      changes: changes + [
        try Portal.row("card", .dispositive, level: .high, followedBy: followedBy),
        try Portal.row("key", primary: false, asserts: false), try Portal.row("mail", primary: false, asserts: false),
      ])
  }

  private func begun(_ portal: Portal, for goal: String = "dispositivo:apply") throws -> Login {
    var login = try Login(portal, for: goal, wanted: "card")
    login.send(.started)
    return login
  }

  private func begin(_ name: String) throws -> LoginFlow.Action { .begin(try instance(name), .secondFactor) }

  @Test func ofAGroupThePersonChoosesOne() throws {
    var login = try begun(portal([["totp", "mail"], ["key"]]))
    #expect(try login.prove() == .choose([try instance("totp"), try instance("mail")]))
    #expect(try login.choose("mail") == begin("mail"))
    #expect(try login.prove() == begin("key"))
    let card = try proof("card", confirmedBy: ["mail", "key"])
    #expect(try login.prove() == .finish(Login.mario, adding: [card, try proof("mail"), try proof("key")]))
  }

  @Test(arguments: ["key", "card", "pin-ordinario", "unheard-of"])
  func whatIsNotOfTheGroupCannotBeChosen(name: String) throws {
    var login = try begun(portal([["totp", "mail"], ["key"]]))
    _ = try login.prove()
    #expect(try login.choose(name) == .deny(.notAllowed))
  }

  @Test func whatIsSwitchedOffIsNotOffered() throws {
    var login = try begun(portal([["totp", "mail"]], try Portal.row("totp", enabled: false, primary: false)))
    #expect(try login.prove() == begin("mail"))
  }

  @Test func aFactorThatAnsweredOneGroupIsNotOfferedForTheNext() throws {
    var login = try begun(portal([["totp", "mail"], ["totp", "key"]]))
    _ = try login.prove()
    _ = try login.choose("totp")
    #expect(try login.prove() == begin("key"))
  }

  @Test func aFactorConfirmsTheLoginThatItCameAfterAndNoOther() throws {
    let portal = try portal([["totp"]], try Portal.row("pin-ordinario", followedBy: [["totp"]]))
    var login = try Login(portal, for: "dispositivo:merge.strict", wanted: "pin-ordinario")
    login.send(.started)
    _ = try login.prove()
    #expect(try login.prove() == .begin(try instance("card"), .stepUp))
    #expect(try login.prove() == begin("totp"))
    let proofs = try ["pin-ordinario", "card"].map { try proof($0, confirmedBy: ["totp"]) }
    let totp = try proof("totp")
    #expect(try login.prove() == .finish(Login.mario, adding: [proofs[0], totp, proofs[1], totp]))
  }

  // MARK: The mistake of CVE-2022-0547

  @Test func theFirstOfTwoFactorsIsNoLogin() throws {
    var login = try begun(portal([["totp"], ["key"]]))
    #expect(try login.prove() == begin("totp"))
    #expect(try login.prove() == begin("key"))
    #expect(login.send(.stepped(.denied(.badCredentials))) == .deny(.badCredentials))
    #expect(login.send(.started) == .deny(.cancelled))
    let holder = login.state.allAuthentications
    #expect(try portal([["totp"], ["key"]]).judge("consultazione:slip", holder).reason == .notAuthenticated)
  }

  @Test func aDenialOfTheFirstFactorIsTheEndBeforeTheSecond() throws {
    var login = try begun(portal([["totp"], ["key"]]))
    _ = try login.prove()
    #expect(login.send(.stepped(.denied(.badCredentials))) == .deny(.badCredentials))
    #expect(login.send(.stepped(.verified(try Login.identity()))) == .deny(.cancelled))
  }

  @Test func noEventSkipsAFactor() throws {
    for (_, event) in try Phases.events() + [("", .chosen(try instance("key"))), ("", .failed)] {
      var login = try begun(portal([["totp"], ["key"]]))
      _ = try login.prove()
      if case .finish = login.send(event) { Issue.record("\(event) skips the factors") }
    }
  }

  @Test func aRequirementThatIsGoneWhenItsFactorComesEndsTheLogin() throws {
    var login = try begun(portal([["totp"], ["key"]]))
    _ = try login.prove()
    let identity = try Login.identity()
    let changed = try portal([["totp"]], try Portal.row("totp")).flow
    _ = changed.handle(.stepped(.verified(identity)), &login.state, at: login.now)
    let event = LoginFlow.Event.identified(identity, as: Login.mario, profiles: [], at: login.now)
    #expect(changed.handle(event, &login.state, at: login.now) == .deny(.notAllowed))
  }

  @Test func whereEveryFactorOfAGroupIsSwitchedOffMeanwhileTheLoginEnds() throws {
    var login = try begun(portal([["totp"]]))
    let identity = try Login.identity()
    let changed = try portal([["totp"]], try Portal.row("totp", enabled: false, primary: false)).flow
    _ = changed.handle(.stepped(.verified(identity)), &login.state, at: login.now)
    let event = LoginFlow.Event.identified(identity, as: Login.mario, profiles: [], at: login.now)
    #expect(changed.handle(event, &login.state, at: login.now) == .deny(.notAllowed))
  }

  @Test func aPrimaryThatBecomesASecondFactorMeanwhileLogsNobodyIn() throws {
    var login = try begun(Portal())
    let identity = try Login.identity()
    let changed = try Portal(try Portal.row("card", primary: false)).flow
    _ = changed.handle(.stepped(.verified(identity)), &login.state, at: login.now)
    let event = LoginFlow.Event.identified(identity, as: Login.mario, profiles: [], at: login.now)
    #expect(changed.handle(event, &login.state, at: login.now) == .deny(.notAllowed))
  }

  @Test func theChangeOfAFactorIsNoWayPastTheChangeOfThePIN() throws {
    var login = try begun(portal([["totp"]]))
    _ = try login.prove(credential: "p1", upkeep: .changeRequired)
    #expect(try login.prove(credential: "f1", upkeep: .changeRequired) == .deny(.notAllowed))
  }

  @Test func aSessionThatIsOlderThanTheRequirementHasToLogInAgain() throws {
    let old = try proof("card")
    var login = try Login(portal([["totp"]]), steppingUp: [old], for: "dispositivo:merge.strict")
    #expect(try login.send(.started) == .begin(try instance("card"), .stepUp))
    #expect(try login.prove() == begin("totp"))
    #expect(
      try login.prove() == .finish(Login.mario, adding: [try proof("card", confirmedBy: ["totp"]), try proof("totp")]))
  }
}
