import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing

/// Login conversations: each step once.
enum ConversationCases {
  static let all = [
    StoreCase("a conversation's step is taken once of sixty-four times", once),
    StoreCase("a conversation that expired is not found", expired),
    StoreCase("an unknown conversation is not found, and so is another client's", unknown),
    StoreCase("a conversation ends with the PIN it rests on", endsWithPIN),
    StoreCase("a conversation is not stored again once its PIN was changed", diesOfAChange),
    StoreCase("a conversation ends with the session it steps up", endsWithSession),
    StoreCase("a conversation ends when its citizen is suspended", endsWithCitizen),
  ]

  private static func conversation(
    _ bench: Bench, of person: LoggedIn? = nil, stepsUp: Bool = false
  ) -> StoredConversation {
    StoredConversation(
      clientID: LoggedIn.client, sealed: SealedValue(keyID: "kek-1", bytes: [1, 2]),
      proof: stepsUp ? nil : person.map { CredentialProof($0.pin.id, at: bench.clock.now) },
      session: stepsUp ? person?.session : nil,
      expiresAt: bench.clock.now + .minutes(10))
  }

  @Sendable private static func diesOfAChange(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let before = conversation(bench, of: person)
    bench.clock.advance(by: .seconds(1))
    _ = try await PINStore(first).change(
      person.pin, to: person.pin.sealed, provenAt: bench.clock.now, sparing: nil, at: bench.clock.now,
      audit: bench.entry(.pinChanged))
    try await demand(.conflict, "a conversation on the PIN before") {
      try await ConversationStore(second).insert(before, hash: [9])
    }
  }

  private static func taken(_ hash: [UInt8], _ ledger: Ledger, _ bench: Bench) async throws -> StoredConversation? {
    do {
      return try await ConversationStore(ledger).consume(hash, client: LoggedIn.client, at: bench.clock.now)
    } catch StoreError.notFound {
      return nil
    }
  }

  @Sendable private static func once(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let stored = conversation(bench)
    let hash = bench.hash()
    try await ConversationStore(first).insert(stored, hash: hash)
    let winners = try await bench.crowd(64, first, second) { ledger, _ in try await taken(hash, ledger, bench) }
    try demand(winners.compactMap { $0 } == [stored], "\(winners.count { $0 != nil }) of 64 took it, or it was changed")
  }

  @Sendable private static func expired(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = bench.hash()
    try await ConversationStore(first).insert(conversation(bench), hash: hash)
    bench.clock.advance(by: .minutes(10))
    try demand(try await taken(hash, second, bench) == nil, "it was taken after its time")
  }

  @Sendable private static func unknown(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = bench.hash()
    try await ConversationStore(first).insert(conversation(bench), hash: hash)
    try demand(try await taken(bench.hash(), second, bench) == nil, "an unknown one was taken")
    try await demand(.notFound, "another client's") {
      _ = try await ConversationStore(second).consume(hash, client: "another", at: bench.clock.now)
    }
    try demand(try await taken(hash, second, bench) != nil, "another client used it up")
  }

  @Sendable private static func endsWithPIN(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let hash = bench.hash()
    try await ConversationStore(first).insert(conversation(bench, of: person), hash: hash)
    try await PINStore(second).revoke(
      person.pin.id, reason: "lost", at: bench.clock.now, audit: bench.entry(.pinRevoked))
    try demand(try await taken(hash, first, bench) == nil, "it goes on without its PIN")
    try await demand(.conflict, "a step that rests on a revoked PIN") {
      try await ConversationStore(first).insert(conversation(bench, of: person), hash: bench.hash())
    }
  }

  @Sendable private static func endsWithSession(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let hash = bench.hash()
    try await ConversationStore(first).insert(conversation(bench, of: person, stepsUp: true), hash: hash)
    try await SessionStore(second).end(
      person.session, reason: "logout", at: bench.clock.now, audit: bench.entry(.sessionEnded))
    try demand(try await taken(hash, first, bench) == nil, "a step-up goes on without its session")
  }

  @Sendable private static func endsWithCitizen(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let hash = bench.hash()
    try await ConversationStore(first).insert(conversation(bench, of: person), hash: hash)
    try await CitizenStore(second).setState(.suspended, of: person.citizen.id, audit: bench.entry())
    try demand(try await taken(hash, first, bench) == nil, "it goes on")
  }
}
