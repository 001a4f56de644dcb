import AccessModel
import BrokerStore

/// Who an authenticator's own subject is.
enum LinkCases {
  static let all = [
    StoreCase("a link leads to its citizen, from its own instance only", leads),
    StoreCase("a link made twice is one link", twice),
    StoreCase("a subject that is linked cannot be taken over", noTakeover),
    StoreCase("of two that link one subject to two citizens, one wins", race),
    StoreCase("a link to nobody is not found", toNobody),
  ]

  private static func instance(_ name: String) throws -> InstanceID {
    guard let instance = InstanceID(name) else { throw BrokenPromise(sentence: "\(name) is no instance") }
    return instance
  }

  @Sendable private static func leads(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    let remote = try instance("remote")
    try await CitizenStore(first).link(instance: remote, subject: "s", to: citizen.id, audit: bench.entry(.linkMade))
    let store = CitizenStore(second)
    try demand(try await store.linked(instance: remote, subject: "s") == citizen.id, "the link is not found")
    try demand(try await store.linked(instance: remote, subject: "S") == nil, "another subject is linked")
    try demand(
      try await store.linked(instance: try instance("other"), subject: "s") == nil, "another instance is linked")
  }

  @Sendable private static func twice(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    let remote = try instance("remote")
    for ledger in [first, second, first] {
      try await CitizenStore(ledger).link(instance: remote, subject: "s", to: citizen.id, audit: bench.entry(.linkMade))
    }
    try demand(try await bench.first.rows("SELECT subject FROM links") == 1, "there are several links")
    try demand(try await bench.first.rows("SELECT seq FROM audit WHERE kind = 'link-made'") == 1, "several records")
  }

  @Sendable private static func noTakeover(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let owner = try await CitizenCases.add(first, bench, 0)
    let other = try await CitizenCases.add(first, bench, 1)
    let remote = try instance("remote")
    try await CitizenStore(first).link(instance: remote, subject: "s", to: owner.id, audit: bench.entry(.linkMade))
    try await demand(.conflict, "a subject of somebody else") {
      try await CitizenStore(second).link(instance: remote, subject: "s", to: other.id, audit: bench.entry(.linkMade))
    }
    try demand(
      try await CitizenStore(second).linked(instance: remote, subject: "s") == owner.id, "the link leads elsewhere")
  }

  @Sendable private static func race(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizens = [try await CitizenCases.add(first, bench, 0), try await CitizenCases.add(first, bench, 1)]
    let remote = try instance("remote")
    let winners = try await bench.crowd(64, first, second) { ledger, caller -> CitizenID? in
      let id = citizens[caller % 2].id
      do {
        try await CitizenStore(ledger).link(instance: remote, subject: "s", to: id, audit: bench.entry(.linkMade))
        return id
      } catch StoreError.conflict {
        return nil
      }
    }
    let linked = try await CitizenStore(second).linked(instance: remote, subject: "s")
    try demand(Set(winners.compactMap { $0 }) == Set([linked].compactMap { $0 }), "both were told that they won")
  }

  @Sendable private static func toNobody(_ bench: Bench) async throws {
    let (first, _) = try await bench.ledgers()
    let remote = try instance("remote")
    try await demand(.notFound, "a link to nobody") {
      try await CitizenStore(first).link(
        instance: remote, subject: "s", to: CitizenID("nobody"), audit: bench.entry(.linkMade))
    }
  }
}
