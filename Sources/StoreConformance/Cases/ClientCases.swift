import AccessModel
import BrokerStore
import Sealing

/// Clients and the catalogue.
enum ClientCases {
  static let all = [
    StoreCase("a client comes back as added", comesBack),
    StoreCase("of sixty-four that add one client, one wins", addedOnce),
    StoreCase("a removed client is gone, its id is not used again", removed),
    StoreCase("a removed client's tokens are worth nothing", removedTokens),
    StoreCase("the catalogue is the one applied last, and revokes", catalogue),
  ]

  @Sendable private static func comesBack(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let secret = SealedValue(keyID: "k", bytes: [0, 1, 255])
    let clients = [
      StoredClient(id: "a", document: #"{"x":"è"}"#, secret: secret),
      StoredClient(id: "b", document: "{}", secret: nil),
    ]
    for client in clients.reversed() {
      try await ClientStore(first).add(client, at: bench.clock.now, audit: bench.entry(.clientAdded))
    }
    try demand(try await ClientStore(second).clients() == clients, "the list differs")
    try demand(try await ClientStore(second).client("a") == clients[0], "one differs")
    try demand(try await ClientStore(second).client("c") == nil, "an unknown one is there")
  }

  @Sendable private static func addedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let won = try await bench.crowd(64, first, second) { ledger, _ in
      do {
        try await LoggedIn.addClient(ledger, bench)
        return true
      } catch StoreError.conflict {
        return false
      }
    }
    try demand(won.count { $0 } == 1, "\(won.count { $0 }) won")
  }

  @Sendable private static func removed(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await LoggedIn.addClient(first, bench)
    try await ClientStore(second).remove(LoggedIn.client, at: bench.clock.now, audit: bench.entry(.clientRemoved))
    try demand(try await ClientStore(first).client(LoggedIn.client) == nil, "it is there")
    try await demand(.notFound, "a second removal") {
      try await ClientStore(first).remove(LoggedIn.client, at: bench.clock.now, audit: bench.entry(.clientRemoved))
    }
    try await demand(.conflict, "the id again") { try await LoggedIn.addClient(first, bench) }
  }

  @Sendable private static func removedTokens(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let issued = try await TokenCases.redeem(person, first, bench)
    try await second.refreshEpoch()
    let epoch = second.epoch.current
    try await ClientStore(first).remove(LoggedIn.client, at: bench.clock.now, audit: bench.entry(.clientRemoved))
    try demand(
      try await TokenStore(second).standing(of: issued.access.jti, at: bench.clock.now) == nil, "its token stands")
    try await second.refreshEpoch()
    try demand(second.epoch.current > epoch, "cached decisions stay")
  }

  @Sendable private static func catalogue(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try demand(try await CatalogueStore(first).document() == nil, "an empty store has a catalogue")
    for text in ["uno", "due"] {
      try await second.refreshEpoch()
      let epoch = second.epoch.current
      try await CatalogueStore(first).apply(text, at: bench.clock.now, audit: bench.entry(.catalogueApplied))
      try demand(try await CatalogueStore(second).document() == text, "\(text) is not the catalogue")
      try await second.refreshEpoch()
      try demand(second.epoch.current > epoch, "cached decisions stay")
    }
  }
}
