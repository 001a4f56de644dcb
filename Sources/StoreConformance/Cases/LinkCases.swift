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
    StoreCase("a session that has ended links nobody", endedSession),
    StoreCase("an account is its last owner's until the link goes", accounts),
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

  @Sendable private static func endedSession(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let store = CitizenStore(second)
    let remote = try instance("remote")
    try await store.link(
      instance: remote, subject: "s", to: person.citizen.id, within: person.session, audit: bench.entry(.linkMade))
    try await SessionStore(first).endAll(of: person.citizen.id, reason: "test", audit: bench.entry(.sessionEnded))
    try await demand(.notFound, "a session that has ended") {
      try await store.link(
        instance: remote, subject: "t", to: person.citizen.id, within: person.session, audit: bench.entry(.linkMade))
    }
  }

  @Sendable private static func accounts(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let one = try await CitizenCases.add(first, bench, 0)
    let other = try await CitizenCases.add(first, bench, 1)
    let (remote, store) = (try instance("remote"), CitizenStore(second))
    try await store.link(instance: remote, subject: "s", to: other.id, audit: bench.entry(.linkMade))
    for owner in [one, other] { try await CitizenStore(first).remember(account: "tag", at: remote, isOf: owner.id) }
    try demand(try await store.owner(ofAccount: "tag", at: remote) == other.id, "the account has another owner")
    try demand(try await store.owner(ofAccount: "tag", at: try instance("x")) == nil, "another instance knows it")
    try await store.unlink(instance: remote, subject: "s", of: other.id, audit: bench.entry(.linkRemoved))
    try demand(try await store.owner(ofAccount: "tag", at: remote) == nil, "the account outlives the link")
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
