public import AuthenticatorKit
public import Sealing

extension Ledger {
  /// Opens the ledger of a migrated database, and makes its symmetric keys if this is the first time.
  /// - Parameters:
  ///   - chain: the audit chain of this node, such as `main`.
  ///   - keyEncryptionKeys: must contain every id that stored keys name.
  /// - Throws: ``OpeningError``; nothing has been changed then.
  public static func open(
    _ database: any SQLDatabase, chain: String, keyEncryptionKeys: KeyRing, world: World
  ) async throws(OpeningError) -> Ledger {
    let chest = KeyChest(keyEncryptionKeys: keyEncryptionKeys, world: world)
    do {
      try await refuseUnknownKeys(database, keyEncryptionKeys)
      var keys = try await auditKeys(database, chest)
      if keys == nil {
        try await foundKeys(database, chain, chest, world)
        keys = try await auditKeys(database, chest)
      }
      guard let keys else { throw StoreError.corrupt("the audit keys are incomplete") }
      return Ledger(database: database, audit: AuditLog(chain: chain, keys: keys))
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as SealingError {
      throw .sealing(error)
    } catch {
      throw .store(.unavailable("\(type(of: error))"))
    }
  }

  /// Takes rotated audit keys into use.
  public func reloadAuditKeys(_ chest: KeyChest) async throws(OpeningError) {
    do {
      if let keys = try await Ledger.auditKeys(database, chest) { audit.use(keys) }
    } catch let error as SealingError {
      throw .sealing(error)
    } catch {
      throw .store(error as? StoreError ?? .unavailable("\(type(of: error))"))
    }
  }

  /// A start with the wrong key file must be noticed before anything is written.
  private static func refuseUnknownKeys(_ database: any SQLDatabase, _ ring: KeyRing) async throws {
    let named = try await database.read { connection in
      try connection.execute(
        """
        SELECT key_id FROM keys UNION SELECT key_id FROM module_items UNION SELECT key_id FROM conversations
        UNION SELECT key_id FROM arrivals
        """
      ).map { try $0.text(0) }
    }
    for id in named where !ring.contains(id) { throw SealingError.unknownKey(id) }
  }

  private static func auditKeys(_ database: any SQLDatabase, _ chest: KeyChest) async throws -> AuditKeys? {
    let (chain, pseudonyms) = try await database.read { connection in
      (
        try KeyStore.keys(for: KeyPurpose.audit.rawValue, connection),
        try KeyStore.keys(for: KeyPurpose.pseudonym.rawValue, connection)
      )
    }
    guard !chain.isEmpty, !pseudonyms.isEmpty else { return nil }
    return AuditKeys(chain: try chest.ring(chain), pseudonyms: try chest.ring(pseudonyms))
  }

  private static func foundKeys(
    _ database: any SQLDatabase, _ chain: String, _ chest: KeyChest, _ world: World
  ) async throws {
    let keys = try KeyPurpose.allCases.map { try chest.make($0) }
    let audit = AuditKeys(
      chain: try chest.ring(keys.filter { $0.purpose == KeyPurpose.audit.rawValue }),
      pseudonyms: try chest.ring(keys.filter { $0.purpose == KeyPurpose.pseudonym.rawValue }))
    let ledger = Ledger(database: database, audit: AuditLog(chain: chain, keys: audit))
    let record = AuditEntry(.keyCreated, by: .system, ["purposes": "all"], at: world.now())
    do {
      try await KeyStore(ledger).found(keys, audit: record)
    } catch {
      // Another process has founded the same installation a moment ago; its keys are the ones.
      guard error == .conflict else { throw error }
    }
  }
}

/// Why an installation cannot be opened.
public enum OpeningError: Error, Sendable, Equatable, CustomStringConvertible {
  case store(StoreError)
  case sealing(SealingError)

  public var description: String {
    switch self {
    case .store(let error): error.description
    case .sealing(.unauthentic): "the key-encryption key is not the one that this database was made with"
    case .sealing(let error): "the key-encryption key: \(error)"
    }
  }
}
