import AccessModel
import AuthenticatorKit
import Foundation
import Testing

@testable import BrokerCore

@Suite struct LoginDenialTests {
  @Test func everyIllegalEventEndsTheLoginInADenial() throws {
    for (phase, login) in try Phases().all {
      for (legal, event) in try Phases.events() where legal != phase {
        var login = login
        guard case .deny = login.send(event) else {
          Issue.record("\(event) in phase \(phase) is no denial")
          continue
        }
        #expect(login.state.phase == .ended, "\(event) in phase \(phase)")
      }
    }
  }

  @Test func everyLegalEventGoesOn() throws {
    for (phase, login) in try Phases().all {
      for (legal, event) in try Phases.events() where legal == phase {
        var login = login
        if case .deny = login.send(event) { Issue.record("\(event) in phase \(phase) is denied") }
      }
    }
  }

  @Test func aModuleThatFailsIsADenialInEveryPhase() throws {
    for (phase, login) in try Phases().all {
      var login = login
      #expect(login.send(.failed) == .deny(.moduleFault), "phase \(phase)")
      #expect(login.state.phase == .ended)
    }
  }

  @Test func anEndedLoginAnswersEverythingWithADenial() throws {
    var ended = try #require(try Phases().all.last).login
    for (_, event) in try Phases.events() { #expect(ended.send(event) == .deny(.cancelled)) }
    #expect(ended.send(.stepped(.denied(.locked))) == .deny(.cancelled))
    #expect(ended.state.conversing == nil && ended.state.identifyingInstance == nil)
    #expect(ended.state.offered == nil && !ended.state.isChanging)
  }

  @Test func aFinishedLoginIsNotFinishedTwice() throws {
    var login = try Login(Portal(), wanted: "card")
    login.send(.started)
    let action = try login.prove()
    #expect(action == .finish(Login.mario, adding: [try proof("card")]))
    for (_, event) in try Phases.events() { #expect(login.send(event) == .deny(.cancelled)) }
  }

  @Test(arguments: [Denial.badCredentials, .locked, .gradeTooLow, .notEnrolled, .cancelled])
  func whatAModuleDeniesIsDenied(denial: Denial) throws {
    var login = try Login(Portal(), wanted: "card")
    login.send(.started)
    #expect(login.send(.stepped(.denied(denial))) == .deny(denial))
    #expect(login.state.phase == .ended)
  }

  @Test(arguments: ["pin-ordinario", "totp", "old"])
  func whatWasNotOfferedCannotBeChosen(name: String) throws {
    var login = try Login(Portal(), candidates: ["spid", "card"])
    login.send(.started)
    #expect(try login.choose(name) == .deny(.notAllowed))
  }

  @Test func somebodyWhomTheStoreDoesNotKnowIsRefusedLikeAWrongPIN() throws {
    var login = try Login(Portal(), wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove(as: nil) == .deny(.badCredentials))
  }

  @Test func anotherPersonIsRefusedInAStepUp() throws {
    var login = try Login(Portal(), steppingUp: [try proof("pin-ordinario")], for: "dispositivo:apply", wanted: "card")
    login.send(.started)
    #expect(try login.prove(as: Login.anna) == .deny(.anotherPerson))
    #expect(login.state.allAuthentications == [try proof("pin-ordinario")])
  }

  @Test func anotherPersonIsRefusedAsASecondFactor() throws {
    let portal = try Portal(try Portal.row("pin-ordinario", followedBy: [["totp"]]))
    var login = try Login(portal, wanted: "pin-ordinario")
    login.send(.started)
    _ = try login.prove()
    #expect(try login.prove(as: Login.anna) == .deny(.anotherPerson))
  }

  @Test func anotherPersonIsRefusedInTheSecondLoginOfOneConversation() throws {
    var login = try Login(Portal(), for: "dispositivo:apply", wanted: "pin-ordinario")
    login.send(.started)
    _ = try login.prove()
    _ = try login.choose("card")
    #expect(try login.prove(as: Login.anna) == .deny(.anotherPerson))
  }

  @Test func anInstanceThatMayNotNameACitizenIsRefused() throws {
    var login = try Login(Portal(try Portal.row("remote", asserts: false)), wanted: "remote")
    login.send(.started)
    #expect(try login.prove() == .deny(.notAllowed))
  }

  @Test func anInstanceSwitchedOffDuringTheLoginCountsForNothing() throws {
    var login = try Login(Portal(), wanted: "card")
    login.send(.started)
    let without = try Portal(try Portal.row("card", enabled: false, .dispositive)).flow
    let identity = try Login.identity()
    _ = without.handle(.stepped(.verified(identity)), &login.state, at: login.now)
    let event = LoginFlow.Event.identified(identity, as: Login.mario, profiles: [], at: login.now)
    #expect(without.handle(event, &login.state, at: login.now) == .deny(.notAllowed))
  }

  @Test func aChangeOfNothingInParticularIsNoWayPastTheChange() throws {
    var login = try Login(Portal(), wanted: "pin-ordinario")
    login.send(.started)
    #expect(try login.prove(upkeep: .changeRequired) == .deny(.notAllowed))
  }

  // MARK: The state travels

  @Test func theStateSurvivesItsJourneyInEveryPhase() throws {
    for (phase, login) in try Phases().all {
      let travelled = try JSONDecoder().decode(LoginFlow.State.self, from: JSONEncoder().encode(login.state))
      #expect(travelled == login.state, "phase \(phase)")
      for (_, event) in try Phases.events() {
        var here = login
        var there = login
        there.state = travelled
        #expect(here.send(event) == there.send(event))
        #expect(here.state == there.state)
      }
    }
  }

  @Test func aStepUpsStateSurvivesItsJourney() throws {
    let portal = try Portal(try Portal.row("pin-dispositivo", .dispositive, followedBy: [["totp"]]))
    var login = try Login(
      portal, steppingUp: [try proof("pin-ordinario", credential: "p1")], for: "dispositivo:merge.submit",
      wanted: "pin-dispositivo", maxAge: .minutes(1))
    login.send(.started)
    _ = try login.prove(credential: "p2")
    let travelled = try JSONDecoder().decode(LoginFlow.State.self, from: JSONEncoder().encode(login.state))
    #expect(travelled == login.state)
    #expect(travelled.pending == [[try instance("totp")]])
    #expect(travelled.conversing == (try instance("totp")))
    #expect(travelled.credentialProof?.credential == CredentialID("p2"))
    #expect(travelled.allAuthentications.count == 2)
  }
}
