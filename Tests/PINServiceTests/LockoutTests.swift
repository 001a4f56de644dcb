import AccessModel
import AuthenticatorKit
import Testing

@testable import BrokerStore
@testable import PINService

@Suite struct LockoutTests {
  @Test func safety1_ofAHundredParallelGuessesAtMostOneIsCompared() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let verdicts = try await withThrowingTaskGroup(of: VaultVerdict.self) { group in
      for number in 0..<100 {
        // One of them would be right: it must not be found by trying them all at once.
        let guess = number == 99 ? issued.secret : Secret("GUESS\(100 + number)")
        group.addTask { try await office.check(guess) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let compared = verdicts.filter { $0 != .locked }
    #expect(compared.count == 1)
    #expect(try await office.denials().filter { $0 == "locked" }.count == 99)
    #expect(office.pool.hashes == 101)
  }

  @Test func safety2_theNthFailureLocksForThreeTimesNMinutesAndSixtyAtMost() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    for number in 1...22 {
      #expect(try await office.wrong() == .differs)
      let minutes = min(3 * number, 60)
      office.clock.advance(.minutes(minutes) - .seconds(1))
      #expect(try await office.check(issued.secret) == .locked, "after failure \(number)")
      office.clock.advance(.seconds(1))
    }
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("the lock must be over") }
  }

  @Test func safety2_attemptsDuringALockNeitherCountNorLengthen() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    #expect(try await office.wrong() == .differs)
    for _ in 0..<17 {
      office.clock.advance(.seconds(10))
      #expect(try await office.wrong() == .locked)
      #expect(try await office.check(issued.secret) == .locked)
    }
    let standing = try await office.pins.status(of: office.mario).attempts
    #expect(standing.map(\.failures) == [1])
    office.clock.advance(.seconds(10))
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("three minutes are over") }
  }

  @Test func staffWhoHaveSeenWhoItIsLiftTheLock() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    #expect(try await office.wrong() == .differs)
    #expect(try await office.check(issued.secret) == .locked)
    try await office.pins.unlock(office.mario, by: .staff("counter"))
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("the lock was lifted") }
    #expect(try await office.sql("SELECT actor FROM audit WHERE kind = 'pin-unlocked'").count == 1)
  }

  @Test func safety2_successForgetsTheFailures() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    for minutes in [3, 6, 9] {
      #expect(try await office.wrong() == .differs)
      office.clock.advance(.minutes(minutes))
    }
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("not locked") }
    #expect(try await office.pins.status(of: office.mario).attempts.isEmpty)
    #expect(try await office.wrong() == .differs)
    office.clock.advance(.minutes(3))
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("a first failure again") }
  }

  @Test func safety2_aStrangerCannotLockTheOwnerOutOfTheOwnersComputer() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let device = try #require(DeviceTag(AttemptContext(device: "owners-computer")))
    try await DeviceStore(office.ledger).remember(
      device.hash, for: CitizenID("mario"), until: office.clock.now + .days(180))
    #expect(try await office.wrong() == .differs)
    #expect(try await office.wrong("made-up-cookie") == .locked)
    #expect(try await office.check(issued.secret) == .locked)
    guard case .matches = try await office.check(issued.secret, device: "owners-computer") else {
      throw TestFailure("the owner's computer has a bucket of its own")
    }
    #expect(try await office.wrong("owners-computer") == .differs)
    #expect(try await office.check(issued.secret, device: "owners-computer") == .locked)
  }

  @Test func safety2_aDeviceCountsForItsCitizenOnlyAndUntilItsTimeIsOver() async throws {
    let office = try await Office()
    let devices = DeviceStore(office.ledger)
    let hash = try #require(DeviceTag(AttemptContext(device: "computer"))).hash
    try await devices.remember(hash, for: CitizenID("mario"), until: office.clock.now + .days(1))
    #expect(try await devices.knows(hash, for: CitizenID("mario"), at: office.clock.now))
    #expect(try await !devices.knows(hash, for: CitizenID("anna"), at: office.clock.now))
    office.clock.advance(.days(1))
    #expect(try await !devices.knows(hash, for: CitizenID("mario"), at: office.clock.now))
    #expect(DeviceTag(AttemptContext(device: String(repeating: "x", count: 65))) == nil)
    #expect(DeviceTag(AttemptContext(device: "")) == nil)
  }

  @Test func safety2_bothModulesShareThePINsCounterAndANewPINBeginsAtZero() async throws {
    let office = try await Office()
    _ = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    _ = try await office.wrong()
    #expect(try await office.count("SELECT COUNT(*) FROM attempts") == 1)
    let next = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    #expect(try await office.count("SELECT COUNT(*) FROM attempts") == 0)
    guard case .matches = try await office.check(next.secret) else { throw TestFailure("a new PIN is not locked") }
  }

  @Test func aLockThatEndsTooFarAheadWasMadeByAClockThatJumpedAndCountsForNothing() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    _ = try await office.wrong()
    office.clock.advance(.days(-30))
    guard case .matches = try await office.check(issued.secret) else { throw TestFailure("a month of lock is none") }
  }

  @Test func aReleasedAttemptLeavesTheCountAsItWas() async throws {
    let office = try await Office()
    let attempts = AttemptStore(office.ledger)
    func take(_ name: String) async throws -> AttemptTicket {
      try await attempts.take(subject: "totp:x", bucket: "shared", attempt: name, at: office.clock.now)
    }
    let first = try await take("a")
    #expect(first.won && first.failures == 1)
    try await attempts.release(first)
    #expect(try await attempts.standings(of: "totp:x").isEmpty)
    _ = try await take("b")
    office.clock.advance(.minutes(3))
    let second = try await take("c")
    #expect(second.won && second.failures == 2)
    let late = try await take("d")
    #expect(!late.won)
    try await attempts.release(late)
    #expect(try await attempts.standings(of: "totp:x").map(\.failures) == [2])
    try await attempts.release(second)
    #expect(try await attempts.standings(of: "totp:x").map(\.failures) == [1])
    let third = try await take("e")
    #expect(third.won && third.failures == 2 && third.lockedUntil == office.clock.now + .minutes(6))
  }

  @Test func onlyTheLastAttemptThatCountedCanClear() async throws {
    let office = try await Office()
    let attempts = AttemptStore(office.ledger)
    let old = try await attempts.take(subject: "s", bucket: "b", attempt: "old", at: office.clock.now)
    office.clock.advance(.minutes(3))
    _ = try await attempts.take(subject: "s", bucket: "b", attempt: "new", at: office.clock.now)
    try await attempts.clear(old)
    #expect(try await attempts.standings(of: "s").map(\.failures) == [2])
  }
}

struct TestFailure: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

extension TimeSpan {
  static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }
}
