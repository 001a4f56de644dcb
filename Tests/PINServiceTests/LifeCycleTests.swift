import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

@testable import BrokerStore
@testable import PINService

@Suite struct LifeCycleTests {
  @Test func r12_aChangeEndsWhatRestsOnThePINAndSparesTheSessionThatMadeIt() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    try await office.openSession("mine", on: issued.credential)
    try await office.openSession("other", on: issued.credential)
    let epoch = office.ledger.epoch.current
    let outcome = try await office.pins.change(
      issued.credential, of: office.mario, to: Secret("kx7r-t9mw"), sparing: "mine", by: .citizen)
    #expect(outcome == .changed(at: office.clock.now))
    #expect(try await office.liveSessions() == ["mine"])
    #expect(office.ledger.epoch.current > epoch)
    #expect(try await office.check(issued.secret) == .differs)
    office.clock.advance(.minutes(3))
    #expect(
      try await office.check(Secret("KX7RT9MW"))
        == .matches(credential: issued.credential, grade: .ordinario, upkeep: .none))
  }

  @Test func r12_revocationEndsEverythingThatRestsOnThePIN() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    try await office.openSession("mine", on: issued.credential)
    try await office.pins.revoke(office.mario, reason: "lost", by: .staff("rosa"))
    #expect(try await office.liveSessions().isEmpty)
    #expect(try await office.check(issued.secret) == .differs)
    await #expect(throws: PINError.noPIN) { try await office.pins.status(of: office.mario) }
    await #expect(throws: PINError.noPIN) {
      try await office.pins.revoke(office.mario, reason: "lost", by: .staff("rosa"))
    }
    #expect(try await office.count("SELECT COUNT(*) FROM pins WHERE length(sealed) > 0") == 0)
    #expect(try await office.count("SELECT COUNT(*) FROM audit WHERE kind = 'pin-revoked'") == 1)
  }

  @Test func r12_aNewPINReplacesTheOneBeforeAndEndsWhatRestsOnIt() async throws {
    let office = try await Office()
    let first = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    try await office.openSession("mine", on: first.credential)
    let second = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    #expect(try await office.liveSessions().isEmpty)
    #expect(try await office.check(first.secret) == .differs)
    office.clock.advance(.minutes(3))
    #expect(
      try await office.check(second.secret)
        == .matches(credential: second.credential, grade: .ordinario, upkeep: .changeRequired))
    #expect(try await office.count("SELECT COUNT(*) FROM pins WHERE state = 'replaced'") == 1)
  }

  @Test func r12_aLowerGradeEndsWhatRestsOnThePINAndAHigherOneDoesNot() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    try await office.openSession("mine", on: issued.credential)
    #expect(try await office.pins.setGrade(of: office.mario, to: .dispositivo, by: .staff("rosa")))
    #expect(try await office.liveSessions() == ["mine"])
    #expect(try await !office.pins.setGrade(of: office.mario, to: .dispositivo, by: .staff("rosa")))
    #expect(
      try await office.check(issued.secret)
        == .matches(credential: issued.credential, grade: .dispositivo, upkeep: .changeRequired))
    #expect(try await office.pins.setGrade(of: office.mario, to: .ordinario, by: .staff("rosa")))
    #expect(try await office.liveSessions().isEmpty)
    #expect(try await office.count("SELECT COUNT(*) FROM audit WHERE kind = 'pin-grade-changed'") == 2)
  }

  @Test func r12_aSessionCannotBeOpenedOnAPINThatWasChangedSinceItWasShown() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let shown = office.clock.now
    func isActive(_ at: Instant) async throws -> Bool {
      try await office.ledger.act { act in
        try PINStore.isActive(issued.credential, of: CitizenID("mario"), verifiedAt: at, in: act)
      }
    }
    _ = try await office.check(issued.secret)
    #expect(try await isActive(shown))
    // The change happens within the same millisecond as the login.
    let outcome = try await office.pins.change(
      issued.credential, of: office.mario, to: Secret("KX7RT9MW"), sparing: nil, by: .citizen)
    guard case .changed(let changedAt) = outcome else { throw TestFailure("\(outcome)") }
    #expect(try await !isActive(shown))
    #expect(try await isActive(changedAt))
  }

  @Test func aChoiceIsJudgedBeforeItIsTaken() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    func change(_ text: String) async throws -> ChangeOutcome {
      try await office.pins.change(
        issued.credential, of: office.mario, to: Secret(text), sparing: nil, by: .citizen)
    }
    #expect(try await change("PASSWORD") == .refused(.common))
    #expect(try await change("ROSSI7K9") == .refused(.name))
    guard case .changed = try await change("KX7RT9MW") else { throw TestFailure("a good choice") }
    #expect(try await change("kx7rt9mw") == .refused(.sameAsBefore))
    #expect(try await office.count("SELECT COUNT(*) FROM audit WHERE kind = 'pin-changed'") == 1)
  }

  @Test func aProposalIsTaken() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let proposal = try await office.pins.propose(for: office.mario)
    let outcome = try await office.pins.change(
      issued.credential, of: office.mario, to: proposal, sparing: nil, by: .citizen)
    #expect(outcome == .changed(at: office.clock.now))
  }

  @Test func ofTwoChangesFromTheSameReadingOneWins() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let store = PINStore(office.ledger)
    let read = try #require(try await store.holder(with: office.mario, at: office.clock.now)?.pin)
    let audit = AuditEntry(.pinChanged, by: .citizen, at: office.clock.now)
    _ = try await store.change(
      read, to: read.sealed, provenAt: office.clock.now, sparing: nil, at: office.clock.now, audit: audit)
    await #expect(throws: StoreError.conflict) {
      try await store.change(
        read, to: read.sealed, provenAt: office.clock.now, sparing: nil, at: office.clock.now, audit: audit)
    }
    await #expect(throws: PINError.conflict) {
      try await office.pins.change(
        CredentialID("another"), of: office.mario, to: Secret("KX7RT9MW"), sparing: nil, by: .citizen)
    }
    #expect(issued.credential == read.id)
  }

  @Test func nobodyGetsAPINWhoMayNotLogIn() async throws {
    let office = try await Office()
    try await office.sql("UPDATE citizens SET state = 'deceased' WHERE id = 'mario'")
    await #expect(throws: PINError.citizenNotActive) {
      try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    }
    let stranger = try FiscalCode("VRDGFR78H05F839R")
    await #expect(throws: PINError.unknownCitizen) {
      try await office.pins.issue(to: stranger, grade: .ordinario, by: .system)
    }
  }

  @Test func theRightPINIsRefusedOnceItsTimeIsOverAndCountsAsAFailure() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    office.clock.advance(.days(91))
    #expect(try await office.check(issued.secret) == .differs)
    #expect(try await office.check(issued.secret) == .locked)
    #expect(try await office.denials() == ["unusable-not-activated", "locked"])
    #expect(try await office.pins.status(of: office.mario).verdict == .unusable(.notActivated))
  }

  @Test func anIntermediaryHasToChangeAfterNinetyDays() async throws {
    let office = try await Office()
    for subject in [office.mario, office.anna] {
      let issued = try await office.pins.issue(to: subject, grade: .ordinario, by: .system)
      _ = try await office.pins.change(
        issued.credential, of: subject, to: Secret("KX7RT9MW"), sparing: nil, by: .citizen)
    }
    office.clock.advance(.days(91))
    let verdicts = [office.mario, office.anna]
    var upkeeps: [CredentialUpkeep?] = []
    for subject in verdicts {
      guard case .matches(_, _, let upkeep) = try await office.check(Secret("KX7RT9MW"), of: subject) else {
        throw TestFailure("a right PIN")
      }
      upkeeps.append(upkeep)
    }
    #expect(upkeeps == [CredentialUpkeep.none, .changeRequired])
  }
}
