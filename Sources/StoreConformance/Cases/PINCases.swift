import AccessModel
import BrokerStore
import Sealing

/// PINs and the attempts at them (safety sentences 1 and 2).
enum PINCases {
  static let all = [
    StoreCase("of sixty-four parallel attempts one may compare", oneCompares),
    StoreCase("buckets are counted apart", buckets),
    StoreCase("the n-th failure locks for min(3n, 60) minutes, and a lock is not lengthened", locks),
    StoreCase("success clears the failures", cleared),
    StoreCase("a citizen has one active PIN", oneActive),
    StoreCase("of sixty-four changes of one PIN one wins", changedOnce),
    StoreCase("of sixty-four revocations of one PIN one wins, and nothing of its hash is kept", revokedOnce),
    StoreCase("a device is known for its own citizen and its own time", devices),
  ]

  private static func take(
    _ ledger: Ledger, bucket: String = "all", attempt: String, _ bench: Bench
  ) async throws -> AttemptTicket {
    try await AttemptStore(ledger).take(subject: "pin:1", bucket: bucket, attempt: attempt, at: bench.clock.now)
  }

  @Sendable private static func oneCompares(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    for round in 1...2 {
      let tickets = try await bench.crowd(64, first, second) { ledger, caller in
        try await take(ledger, attempt: "\(round)-\(caller)", bench)
      }
      try demand(tickets.count { $0.won } == 1, "\(tickets.count { $0.won }) of 64 may compare in round \(round)")
      try demand(tickets.allSatisfy { $0.failures == round }, "those who may not compare were counted")
      bench.clock.advance(by: .minutes(3 * round))
    }
  }

  @Sendable private static func buckets(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let stranger = try await take(first, bucket: "strangers", attempt: "a", bench)
    let owner = try await take(second, bucket: "device-1", attempt: "b", bench)
    try demand(stranger.won && owner.won, "a stranger locked the owner out")
    let standings = try await AttemptStore(first).standings(of: "pin:1").map(\.bucket)
    try demand(standings == ["device-1", "strangers"], "the buckets are \(standings)")
  }

  @Sendable private static func locks(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    for failure in 1...22 {
      let minutes = min(3 * failure, 60)
      let ticket = try await take(first, attempt: "\(failure)", bench)
      try demand(ticket.won && ticket.failures == failure, "failure \(failure) was counted as \(ticket.failures)")
      let lock = ticket.lockedUntil - bench.clock.now
      try demand(lock == .minutes(minutes), "failure \(failure) locks for \(lock.seconds) s")
      bench.clock.advance(by: .seconds(60 * minutes - 1))
      let early = try await take(second, attempt: "early-\(failure)", bench)
      try demand(!early.won && early.lockedUntil == ticket.lockedUntil, "an attempt within the lock had an effect")
      bench.clock.advance(by: .seconds(1))
    }
  }

  @Sendable private static func cleared(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await take(first, attempt: "wrong", bench)
    bench.clock.advance(by: .minutes(3))
    try await AttemptStore(second).clear(try await take(first, attempt: "right", bench))
    let next = try await take(second, attempt: "next", bench)
    try demand(next.won && next.failures == 1, "the failures before a success still count")
  }

  @Sendable private static func oneActive(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    _ = try await bench.crowd(64, first, second) { ledger, caller in
      try await PINStore(ledger).issue(
        LoggedIn.pin(of: citizen, id: "pin-\(caller)", bench), audit: bench.entry(.pinIssued))
    }
    let active = try await bench.first.rows("SELECT id FROM pins WHERE state = 'active'")
    try demand(active == 1, "there are \(active) active ones")
    try demand(try await bench.first.rows("SELECT id FROM pins") == 64, "a PIN vanished")
  }

  @Sendable private static func changedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let wins = try await bench.crowd(64, first, second) { ledger, caller in
      do {
        _ = try await PINStore(ledger).change(
          person.pin, to: SealedValue(keyID: "pepper-1", bytes: [UInt8(caller)]), provenAt: bench.clock.now,
          sparing: nil, at: bench.clock.now,
          audit: bench.entry(.pinChanged))
        return true
      } catch StoreError.conflict {
        return false
      }
    }
    try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) of 64 changed it")
    let holder = try await PINStore(second).holder(with: person.citizen.fiscalCode, at: bench.clock.now)
    try demand(holder?.pin?.version == person.pin.version + 1, "the version is not the next one")
  }

  @Sendable private static func revokedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let wins = try await bench.crowd(64, first, second) { ledger, _ in
      do {
        try await PINStore(ledger).revoke(
          person.pin.id, reason: "lost", at: bench.clock.now, audit: bench.entry(.pinRevoked))
        return true
      } catch StoreError.conflict {
        return false
      }
    }
    try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) of 64 revoked it")
    let kept = try await bench.first.rows("SELECT id FROM pins WHERE sealed <> $1", .blob([]))
    try demand(kept == 0, "the hash of a revoked PIN is kept")
    let holder = try await PINStore(second).holder(with: person.citizen.fiscalCode, at: bench.clock.now)
    try demand(holder?.citizen == person.citizen && holder?.pin == nil, "it can still be read")
  }

  @Sendable private static func devices(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let owner = try await CitizenCases.add(first, bench, 0)
    let other = try await CitizenCases.add(first, bench, 1)
    let hash = bench.hash()
    try await DeviceStore(first).remember(hash, for: owner.id, until: bench.clock.now + .days(1))
    let store = DeviceStore(second)
    try demand(try await store.knows(hash, for: owner.id, at: bench.clock.now), "it is not known")
    try demand(!(try await store.knows(hash, for: other.id, at: bench.clock.now)), "it is known for somebody else")
    try demand(!(try await store.knows(bench.hash(), for: owner.id, at: bench.clock.now)), "any device is known")
    bench.clock.advance(by: .days(1))
    try demand(!(try await store.knows(hash, for: owner.id, at: bench.clock.now)), "it is known after its time")
  }
}
