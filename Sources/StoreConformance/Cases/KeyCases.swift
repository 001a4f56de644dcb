import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing

/// Our own keys: founded once, rotated without a gap.
enum KeyCases {
  static let all = [
    StoreCase("of two that found an installation together, one makes the keys", foundingRace),
    StoreCase("keys are not founded twice", foundedOnce),
    StoreCase("rotation makes the new key current and the old one previous", rotation),
    StoreCase("rotation with a waiting key promotes the one that waited", rotationWithNext),
    StoreCase("a previous key retires in time, and not before", retirement),
    StoreCase("a wrong key-encryption key is refused with nothing changed", wrongKeyEncryptionKey),
    StoreCase("records before and after a rotation of the audit key verify", auditKeyRotation),
  ]

  @Sendable private static func foundingRace(_ bench: Bench) async throws {
    try await Schema.migrate(bench.first)
    let ledgers = try await bench.crowd(8, bench.first, bench.second) { handle, caller in
      try await bench.ledger(handle, chain: "node-\(caller)")
    }
    let names = Set(ledgers.map(\.audit.currentKeys.chain.keyID))
    try demand(names.count == 1, "there are \(names.count) audit keys in use")
    for purpose in KeyPurpose.allCases {
      let keys = try await KeyStore(ledgers[0]).keys(for: purpose.rawValue)
      try demand(keys.count == 1, "\(purpose.rawValue) has \(keys.count) keys")
    }
    for ledger in ledgers { try await AuditStore(ledger).record(bench.entry(.login)) }
    try await AuditCases.demandIntact(ledgers[0], "a chain was written under keys that lost the race")
  }

  @Sendable private static func foundedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let key = try KeyChest(keyEncryptionKeys: try Bench.keyEncryptionKeys(), world: bench.world).make(.audit)
    try await demand(.conflict, "keys for a purpose that has some") {
      try await KeyStore(second).found([key], audit: bench.entry(.keyCreated))
    }
    try demand(try await KeyStore(first).keys(for: "audit").count == 1, "a key was added")
  }

  @Sendable private static func rotation(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let chest = KeyChest(keyEncryptionKeys: try Bench.keyEncryptionKeys(), world: bench.world)
    let old = try await KeyStore(first).keys(for: "audit")[0]
    let new = try chest.make(.audit)
    let end = bench.clock.now + .days(1)
    try await KeyStore(first).rotate(adding: new, retiresAt: end, audit: bench.entry(.keyRotated))
    let keys = try await KeyStore(second).keys(for: "audit")
    try demand(keys.first { $0.id == new.id }?.state == .current, "the new key is not current")
    let previous = keys.first { $0.id == old.id }
    try demand(previous?.state == .previous && previous?.retiresAt == end, "the old key is not previous, or has no end")
    let seals = try [old, new].map { try chest.open($0).count }
    try demand(seals == [32, 32], "a key does not open")
  }

  @Sendable private static func rotationWithNext(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let names = ["a", "b", "c"].map { StoreText.key($0, state: $0 == "a" ? .current : .next, bench) }
    try await KeyStore(first).found([names[0], names[1]], audit: bench.entry(.keyCreated))
    try await KeyStore(first).rotate(adding: names[2], retiresAt: nil, audit: bench.entry(.keyRotated))
    let states = Dictionary(
      uniqueKeysWithValues: try await KeyStore(second).keys(for: "signing").map { ($0.id, $0.state) })
    try demand(states == ["a": .previous, "b": .current, "c": .next], "the states are \(states)")
  }

  @Sendable private static func retirement(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let end = bench.clock.now + .hours(1)
    try await KeyStore(first).found([StoreText.key("a", state: .current, bench)], audit: bench.entry(.keyCreated))
    try await KeyStore(first).rotate(
      adding: StoreText.key("b", state: .current, bench), retiresAt: end, audit: bench.entry(.keyRotated))
    try await KeyStore(first).removeRetired(at: end - .seconds(1))
    try demand(try await KeyStore(second).keys(for: "signing").count == 2, "a key went before its time")
    try await KeyStore(first).removeRetired(at: end + .seconds(1))
    let left = try await KeyStore(second).keys(for: "signing").map(\.id)
    try demand(left == ["b"], "what is left is \(left)")
  }

  @Sendable private static func wrongKeyEncryptionKey(_ bench: Bench) async throws {
    _ = try await bench.ledgers()
    let records = try await bench.first.rows("SELECT seq FROM audit")
    let rings = [("kek-2", UInt8(7)), ("kek-1", UInt8(8))]
    for (id, byte) in rings {
      let ring = try KeyRing([(id: id, key: Secret([UInt8](repeating: byte, count: 32)))])
      let ledger = try? await Ledger.open(bench.second, chain: "x", keyEncryptionKeys: ring, world: bench.world)
      try demand(ledger == nil, "it was opened with another key named \(id)")
    }
    try demand(try await bench.first.rows("SELECT seq FROM audit") == records, "a record was written")
  }

  @Sendable private static func auditKeyRotation(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let chest = KeyChest(keyEncryptionKeys: try Bench.keyEncryptionKeys(), world: bench.world)
    try await AuditStore(first).record(bench.entry(.login))
    try await KeyStore(second).rotate(
      adding: try chest.make(.audit), retiresAt: nil, audit: bench.entry(.keyRotated))
    try await first.reloadAuditKeys(chest)
    try await second.reloadAuditKeys(chest)
    try await AuditStore(first).record(bench.entry(.login))
    try await AuditCases.demandIntact(second, "the log does not verify across a rotation")
  }
}

/// Values that a case needs and does not look into.
enum StoreText {
  static func key(_ id: String, state: StoredKey.State, _ bench: Bench) -> StoredKey {
    StoredKey(
      purpose: "signing", id: id, algorithm: "ES256", publicPart: "{}",
      sealed: SealedValue(keyID: "kek-1", bytes: [1, 2, 3]), state: state, createdAt: bench.clock.now)
  }
}
