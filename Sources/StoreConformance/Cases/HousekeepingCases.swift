import AccessModel
import BrokerStore

/// What goes when its time is over, and what stays.
enum HousekeepingCases {
  static let all = [
    StoreCase("a sweep leaves what is alive", leavesTheLiving),
    StoreCase("sweeps end with nothing of an old session left", removesTheOld),
    StoreCase("a sweep tells rows with one hash apart", sharedHashes),
    StoreCase("a sweep forgets failures at nobody's name after a quiet day, and nobody else's", nobodysFailures),
  ]

  private static let tables = [
    "sessions", "authentications", "codes", "families", "refresh_tokens", "access_tokens", "used_once",
  ]

  private static func fill(_ ledger: Ledger, _ bench: Bench) async throws {
    let person = try await LoggedIn.make(ledger, bench)
    _ = try await TokenCases.redeem(person, ledger, bench)
    _ = try await OnceStore(ledger).use("jti", hash: bench.hash(), expiresAt: bench.clock.now + .minutes(1))
  }

  @Sendable private static func leavesTheLiving(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await fill(first, bench)
    let swept = try await Housekeeping(second).sweep(at: bench.clock.now)
    try demand(swept == 0, "\(swept) rows went")
    for table in tables {
      try demand(try await bench.first.rows("SELECT 1 FROM \(table)") > 0, "\(table) is empty")
    }
  }

  @Sendable private static func removesTheOld(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await fill(first, bench)
    bench.clock.advance(by: .days(3))
    for _ in 0..<4 { try await Housekeeping(second).sweep(at: bench.clock.now, limit: 1) }
    for table in tables {
      let left = try await bench.first.rows("SELECT 1 FROM \(table)")
      try demand(left == 0, "\(table) keeps \(left) rows")
    }
    try demand(try await bench.first.rows("SELECT id FROM citizens") == 1, "a citizen went")
    try await AuditCases.demandIntact(first, "records went")
  }

  @Sendable private static func nobodysFailures(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let store = AttemptStore(first)
    for bucket in [AttemptStore.nobodysBucket, "shared", "device:a"] {
      _ = try await store.take(subject: "s", bucket: bucket, attempt: "1", at: bench.clock.now)
    }
    bench.clock.advance(by: .hours(23))
    try await Housekeeping(second).sweep(at: bench.clock.now)
    try demand(try await store.standings(of: "s").count == 3, "a failure went too early")
    bench.clock.advance(by: .hours(2))
    try await Housekeeping(second).sweep(at: bench.clock.now)
    let left = try await store.standings(of: "s").map(\.bucket)
    try demand(left == ["device:a", "shared"], "what is left: \(left)")
  }

  @Sendable private static func sharedHashes(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let early = try await CitizenCases.add(first, bench, 0)
    let late = try await CitizenCases.add(first, bench, 1)
    let hash = bench.hash()
    let now = bench.clock.now
    try await DeviceStore(first).remember(hash, for: early.id, until: now + .days(1))
    try await DeviceStore(first).remember(hash, for: late.id, until: now + .days(100))
    _ = try await OnceStore(first).use("a", hash: hash, expiresAt: now + .days(1))
    _ = try await OnceStore(first).use("b", hash: hash, expiresAt: now + .days(100))
    bench.clock.advance(by: .days(3))
    try await Housekeeping(second).sweep(at: bench.clock.now)
    try demand(try await DeviceStore(first).knows(hash, for: late.id, at: bench.clock.now), "a known device went")
    let again = try await OnceStore(first).use("b", hash: hash, expiresAt: bench.clock.now + .days(1))
    try demand(!again, "a value that was used may be used again")
  }
}
