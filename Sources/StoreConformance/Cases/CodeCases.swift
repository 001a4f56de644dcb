import AccessModel
import BrokerStore

/// Authorization codes and what they earn.
enum CodeCases {
  static let all = [
    StoreCase("a code is granted once of sixty-four uses", once),
    StoreCase("a code that expired is unknown", expired),
    StoreCase("an unknown code is unknown, and so is another client's", unknown),
    StoreCase("a second use of a code ends what the first earned", reuseEndsFamily),
    StoreCase("a code used twice before its tokens are stored earns none", reuseBeforeIssue),
  ]

  private static func consume(
    _ person: LoggedIn, _ ledger: Ledger, _ bench: Bench
  ) async throws -> CodeStore.Consumption {
    try await CodeStore(ledger).consume(
      person.code.hash, client: LoggedIn.client, at: bench.clock.now, reuse: bench.entry(.reuseDetected))
  }

  @Sendable private static func once(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let outcomes = try await bench.crowd(64, first, second) { ledger, _ in try await consume(person, ledger, bench) }
    let granted = outcomes.count { $0 == .granted(person.code.grant, session: person.session) }
    try demand(granted == 1, "\(granted) of 64 were granted")
    // Who comes after the reuse was noticed may find the code forgotten.
    try demand(outcomes.contains(.reused), "nobody was told that it was used")
  }

  @Sendable private static func expired(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    bench.clock.advance(by: .seconds(60))
    try demand(try await consume(person, second, bench) == .unknown, "an expired code was granted")
  }

  @Sendable private static func unknown(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let store = CodeStore(second)
    for (hash, client) in [(bench.hash(), LoggedIn.client), (person.code.hash, "another")] {
      let outcome = try await store.consume(
        hash, client: client, at: bench.clock.now, reuse: bench.entry(.reuseDetected))
      try demand(outcome == .unknown, "\(client) got \(outcome)")
    }
    let outcome = try await consume(person, first, bench)
    try demand(outcome == .granted(person.code.grant, session: person.session), "another client used the code up")
  }

  @Sendable private static func reuseEndsFamily(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    _ = try await consume(person, first, bench)
    let issued = try await TokenCases.issue(person, first, bench)
    try await second.refreshEpoch()
    let epoch = second.epoch.current
    try demand(try await consume(person, first, bench) == .reused, "the second use was granted")
    try demand(
      try await TokenStore(second).standing(of: issued.access.jti, at: bench.clock.now) == nil, "the token stands")
    try await second.refreshEpoch()
    try demand(second.epoch.current > epoch, "cached decisions stay")
  }

  /// Two requests cross: the first consumes, the second is noticed, and only then the first stores its tokens.
  @Sendable private static func reuseBeforeIssue(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    _ = try await consume(person, first, bench)
    try demand(try await consume(person, second, bench) == .reused, "the second use was granted")
    try await demand(.conflict, "tokens for a code that was used twice") {
      _ = try await TokenCases.issue(person, first, bench)
    }
  }
}
