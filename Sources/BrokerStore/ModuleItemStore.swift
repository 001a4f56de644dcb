public import AccessModel
public import AuthenticatorKit
public import Sealing

/// The sealed memory of modules, each instance under its own prefix.
public struct ModuleItemStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// The memory of one instance.
  /// - Parameter pseudonyms: a key that never rotates: what stands for a citizen in a module's keys must stay.
  public func storage(
    for instance: InstanceID, sealer: Sealer, pseudonyms: KeyedHash, world: World
  ) -> any ModuleStorage {
    SealedModuleStorage(instance: instance, ledger: ledger, sealer: sealer, pseudonyms: pseudonyms, world: world)
  }
}

private struct SealedModuleStorage: ModuleStorage {
  let instance: InstanceID
  let ledger: Ledger
  let sealer: Sealer
  let pseudonyms: KeyedHash
  let world: World

  func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? {
    let now = world.now()
    let instance = instance
    let found = try await orFault { () throws(StoreError) in
      try await ledger.read { connection in
        try connection.execute(
          """
          SELECT sealed, key_id, version FROM module_items
          WHERE instance = $1 AND item = $2 AND (expires_at IS NULL OR expires_at > $3)
          """, .text(instance.description), .text(key), .instant(now)
        ).first.map { row in
          (SealedValue(keyID: try row.text(1), bytes: try row.blob(0)), version: try row.integer(2))
        }
      }
    }
    guard let (sealed, version) = found else { return nil }
    guard let value = try? sealer.open(sealed, context: context(key)) else {
      throw .unavailable("a stored item of \(instance) does not open")
    }
    return StoredItem(value: value.bytes, version: version)
  }

  func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool {
    guard value.count <= 4096, key.utf8.count <= 200, let sealed = try? sealer.seal(value, context: context(key)) else {
      throw .unavailable("an item of \(instance) is too large or cannot be sealed")
    }
    let now = world.now()
    let instance = instance
    return try await orFault { () throws(StoreError) in
      try await ledger.act { act in
        let rows = try act.execute(
          """
          INSERT INTO module_items (instance, item, sealed, key_id, version, expires_at)
          SELECT $1, $2, $3, $4, COALESCE($5, 0) + 1, $6
          WHERE $5 IS NULL OR EXISTS (
            SELECT 1 FROM module_items WHERE instance = $1 AND item = $2 AND version = $5)
          ON CONFLICT (instance, item) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id,
            version = module_items.version + 1, expires_at = excluded.expires_at
          WHERE module_items.version = $5 OR ($5 IS NULL AND module_items.expires_at <= $7)
          RETURNING version
          """,
          .text(instance.description), .text(key), .blob(sealed.bytes), .text(sealed.keyID),
          version.map(SQLValue.integer) ?? .null, .optional(expiresAt), .instant(now))
        return !rows.isEmpty
      }
    }
  }

  func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    let instance = instance
    return try await orFault { () throws(StoreError) in
      try await ledger.act { act in
        try !act.execute(
          "DELETE FROM module_items WHERE instance = $1 AND item = $2 AND version = $3 RETURNING item",
          .text(instance.description), .text(key), .integer(version)
        ).isEmpty
      }
    }
  }

  func pseudonym(of subject: FiscalCode) -> String {
    Base64.urlEncode(pseudonyms.tag(Array("\(instance)/\(subject.rawValue)".utf8)).prefix(16))
  }

  private func context(_ key: String) -> String { "module/\(instance)/\(key)" }

  private func orFault<Value: Sendable>(
    _ body: () async throws(StoreError) -> Value
  ) async throws(AuthenticatorFault) -> Value {
    do { return try await body() } catch { throw .unavailable(error.description) }
  }
}
