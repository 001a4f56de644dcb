import AccessModel
import AuthenticatorKit
import BrokerCore
import Sealing
import Testing

@testable import BrokerStore
@testable import PINService

@Suite struct CheckTests {
  @Test func r9_everyWayToFailDoesTheSameWork() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let stranger = try FiscalCode("VRDGFR78H05F839R")
    var works: [String: [String]] = [:]
    func measure(_ name: String, _ secret: Secret, of subject: FiscalCode) async throws -> VaultVerdict {
      _ = office.database.take()
      let before = office.pool.hashes
      let verdict = try await office.check(secret, of: subject)
      works[name] = office.database.take() + ["\(office.pool.hashes - before) hash"]
      return verdict
    }
    #expect(try await measure("right", issued.secret, of: office.mario) != .differs)
    #expect(try await measure("wrong", Secret("WRONG"), of: office.mario) == .differs)
    #expect(try await measure("locked", Secret("WRONG"), of: office.mario) == .locked)
    #expect(try await measure("right while locked", issued.secret, of: office.mario) == .locked)
    #expect(try await measure("no PIN", Secret("WRONG"), of: office.anna) == .differs)
    #expect(try await measure("unknown", Secret("WRONG"), of: stranger) == .differs)
    try await office.sql("UPDATE citizens SET state = 'suspended' WHERE id = 'mario'")
    #expect(try await measure("suspended", issued.secret, of: office.mario) == .differs)
    for (name, work) in works {
      #expect(work == ["read", "write", "write", "1 hash"], "\(name)")
    }
    #expect(
      try await office.denials() == ["wrong", "locked", "locked", "unusable-none", "unknown", "unusable-citizen"])
  }

  @Test func anIssuedPINLetsInOnceToBeChanged() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .dispositivo, by: .staff("rosa"))
    #expect(issued.secret.count == 16)
    let typed = Secret(try #require(issued.display.utf8Text).lowercased())
    #expect(typed.count == 19)
    #expect(
      try await office.check(typed)
        == .matches(credential: issued.credential, grade: .dispositivo, upkeep: .changeRequired))
  }

  @Test func thePlaceInTheQueueComesBeforeTheAttempt() async throws {
    let office = try await Office(threads: 1, waiting: 0)
    _ = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    _ = office.database.take()
    do {
      let place = try office.pool.reserve()
      await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 2)) { try await office.wrong() }
      #expect(office.database.take().isEmpty)
      withExtendedLifetime(place) {}
    }
    #expect(try await office.pins.status(of: office.mario).attempts.isEmpty)
    #expect(try await office.wrong() == .differs)
    #expect(office.pool.load == 0)
  }

  @Test func aHashWithALesserCostIsMadeAnewAtTheNextRightLogin() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let dearer = try #require(Argon2Parameters(memoryKiB: 16, iterations: 2))
    let pins = try office.service(peppers: [("old", Office.oldPepper)], parameters: dearer)
    func stored() async throws -> PINHash {
      let holder = try await PINStore(office.ledger).holder(with: office.mario, at: office.clock.now)
      return try pins.seal.open(try #require(holder?.pin))
    }
    _ = try await pins.check(Secret("WRONG"), of: office.mario, attempt: .shared)
    #expect(try await stored().parameters == Office.cheap)
    office.clock.advance(.minutes(3))
    for _ in 0..<2 {
      guard case .matches = try await pins.check(issued.secret, of: office.mario, attempt: .shared) else {
        throw TestFailure("the right PIN")
      }
      #expect(try await stored().parameters == dearer)
    }
    // One for the issue, one for the wrong PIN, two for the first right one, one for the second.
    #expect(office.pool.hashes == 5)
  }

  @Test func aFailureIsRecordedEvenIfNobodyWaitsForTheAnswer() async throws {
    let office = try await Office()
    _ = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let asking = Task { try await office.wrong() }
    asking.cancel()
    _ = await asking.result
    #expect(try await office.denials() == ["wrong"])
  }

  @Test func r12_aLoginWithAPINThatIsChangedMeanwhileComesToNothing() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let store = PINStore(office.ledger)
    let read = try #require(try await store.holder(with: office.mario, at: office.clock.now)?.pin)
    let ticket = try await AttemptStore(office.ledger).take(
      subject: read.attemptSubject, bucket: "shared", attempt: "mine", at: office.clock.now)
    _ = try await office.pins.change(
      issued.credential, of: office.mario, to: Secret("KX7RT9MW"), sparing: nil, by: .citizen)
    let superseded = AuditEntry(.attemptFailed, by: .citizen, ["reason": "superseded"], at: office.clock.now)
    #expect(
      try await !store.recordSuccess(
        read, ticket: ticket, rehashed: nil, at: office.clock.now, superseded: superseded))
    #expect(try await office.denials() == ["superseded"])
  }

  @Test func theDecoyLooksLikeAnyOtherPIN() async throws {
    let office = try await Office()
    let hash = try office.pins.seal.open(office.pins.decoy)
    #expect(hash.parameters == Office.cheap && hash.salt.count == 16 && hash.tag.count == 32)
    for text in ["ANY", "", String(repeating: "A", count: 5000)] {
      #expect(try await office.check(Secret(text), of: office.anna) == .differs)
    }
    #expect(try await office.count("SELECT COUNT(*) FROM attempts WHERE subject = 'pin:decoy'") == 1)
  }
}
