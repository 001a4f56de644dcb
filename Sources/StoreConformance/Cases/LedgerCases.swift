import AccessModel
import BrokerStore

/// An act, its record and its revocation notice commit or fail as one.
enum LedgerCases {
  static let all = [
    StoreCase("a revocation is known at once where it was made", revocationIsKnown),
    StoreCase("a revocation by the other handle is known after a refresh", revocationArrives),
    StoreCase("a write that revokes nothing leaves the epoch alone", quietWrites),
    StoreCase("an act that fails leaves neither record nor revocation", failuresLeaveNothing),
  ]

  @Sendable private static func revocationIsKnown(_ bench: Bench) async throws {
    let (first, _) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    let before = first.epoch.current
    try await CitizenStore(first).setState(.suspended, of: citizen.id, audit: bench.entry())
    try demand(first.epoch.current > before, "the epoch stayed")
  }

  @Sendable private static func revocationArrives(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    for state in [Citizen.State.suspended, .active, .deceased] {
      try await second.refreshEpoch()
      let before = second.epoch.current
      try await CitizenStore(first).setState(state, of: citizen.id, audit: bench.entry())
      try await second.refreshEpoch()
      try demand(second.epoch.current > before, "the epoch stayed at \(before) after \(state.rawValue)")
    }
  }

  @Sendable private static func quietWrites(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await second.refreshEpoch()
    let before = second.epoch.current
    _ = try await CitizenCases.add(first, bench)
    try await second.refreshEpoch()
    try demand(second.epoch.current == before, "a new citizen made every cached decision stale")
  }

  @Sendable private static func failuresLeaveNothing(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await second.refreshEpoch()
    let epoch = second.epoch.current
    let records = try await bench.first.rows("SELECT seq FROM audit")
    try await demand(.notFound, "a state for nobody") {
      try await CitizenStore(first).setState(.suspended, of: CitizenID("nobody"), audit: bench.entry())
    }
    try await second.refreshEpoch()
    try demand(second.epoch.current == epoch, "the epoch moved")
    try demand(try await bench.second.rows("SELECT seq FROM audit") == records, "a record was written")
  }
}
