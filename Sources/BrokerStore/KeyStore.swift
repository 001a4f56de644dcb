public import AccessModel
public import Sealing

/// A key of ours as it lies in the store: sealed under the key-encryption key.
public struct StoredKey: Sendable, Equatable {
  public enum State: String, Sendable, Equatable {
    /// Published, not used yet.
    case next
    case current
    /// Not used any more; still accepted, until it retires.
    case previous
  }

  public let purpose: String
  public let id: String
  public let algorithm: String
  /// The public half (a JWK) for signing keys; empty for symmetric ones.
  public let publicPart: String
  public let sealed: SealedValue
  public let state: State
  public let createdAt: Instant
  public let retiresAt: Instant?

  public init(
    purpose: String, id: String, algorithm: String, publicPart: String, sealed: SealedValue, state: State,
    createdAt: Instant, retiresAt: Instant? = nil
  ) {
    self.purpose = purpose
    self.id = id
    self.algorithm = algorithm
    self.publicPart = publicPart
    self.sealed = sealed
    self.state = state
    self.createdAt = createdAt
    self.retiresAt = retiresAt
  }

  /// Where a key belongs, for its seal.
  public static func context(purpose: String, id: String) -> String { "keys/\(purpose)/\(id)" }
}

/// Our keys. What they are for is the caller's business.
public struct KeyStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// The keys of a purpose, newest first.
  public func keys(for purpose: String) async throws(StoreError) -> [StoredKey] {
    try await ledger.read { connection in try KeyStore.keys(for: purpose, connection) }
  }

  static func keys(for purpose: String, _ connection: any SQLConnection) throws -> [StoredKey] {
    try connection.execute(
      """
      SELECT id, algorithm, public, sealed, key_id, state, created_at, retires_at FROM keys
      WHERE purpose = $1 ORDER BY created_at DESC, id DESC
      """, .text(purpose)
    ).map { try KeyStore.key(purpose: purpose, $0) }
  }

  /// Adds the first keys of a purpose.
  /// - Throws: ``StoreError/conflict`` if the purpose has keys already: somebody else has just made them.
  public func found(_ keys: [StoredKey], audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      for purpose in Set(keys.map(\.purpose)) {
        let present = try act.execute("SELECT id FROM keys WHERE purpose = $1", .text(purpose))
        guard present.isEmpty else { throw StoreError.conflict }
      }
      for key in keys { try KeyStore.insert(key, act) }
      try act.record(audit)
    }
  }

  /// Puts a new key in: the next one becomes current, the current one previous.
  /// - Parameters:
  ///   - key: the new key; its state says whether it waits (`next`) or signs at once (`current`).
  ///   - retiresAt: when the key that is current now stops being accepted; nil for never.
  public func rotate(adding key: StoredKey, retiresAt: Instant?, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let purpose = SQLValue.text(key.purpose)
      try act.execute(
        "UPDATE keys SET state = 'previous', retires_at = $2 WHERE purpose = $1 AND state = 'current'", purpose,
        .optional(retiresAt))
      if key.state == .next {
        try act.execute("UPDATE keys SET state = 'current' WHERE purpose = $1 AND state = 'next'", purpose)
      }
      try KeyStore.insert(key, act)
      try act.record(audit)
      try act.revoke()
    }
  }

  /// Deletes previous keys whose time is over.
  public func removeRetired(at now: Instant) async throws(StoreError) {
    try await ledger.act { act in
      let gone = try act.execute(
        "DELETE FROM keys WHERE state = 'previous' AND retires_at < $1 RETURNING id", .instant(now))
      // Whoever has loaded them learns of it as of a revocation.
      if !gone.isEmpty { try act.revoke() }
    }
  }

  private static func insert(_ key: StoredKey, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO keys (purpose, id, algorithm, public, sealed, key_id, state, created_at, retires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      .text(key.purpose), .text(key.id), .text(key.algorithm), .text(key.publicPart), .blob(key.sealed.bytes),
      .text(key.sealed.keyID), .text(key.state.rawValue), .instant(key.createdAt), .optional(key.retiresAt))
  }

  private static func key(purpose: String, _ row: SQLRow) throws -> StoredKey {
    guard let state = StoredKey.State(rawValue: try row.text(5)) else { throw StoreError.corrupt("key state") }
    return StoredKey(
      purpose: purpose, id: try row.text(0), algorithm: try row.text(1), publicPart: try row.text(2),
      sealed: SealedValue(keyID: try row.text(4), bytes: try row.blob(3)), state: state,
      createdAt: try row.instant(6), retiresAt: try row.optionalInstant(7))
  }
}
