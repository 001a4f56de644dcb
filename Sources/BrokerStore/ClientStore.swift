public import AccessModel
public import Sealing

/// A registered client as it lies in the store; what its document means is TokenService's business.
public struct StoredClient: Sendable, Equatable {
  public let id: String
  /// JSON.
  public let document: String
  /// HMAC-SHA-256 of the generated secret, under the key with this id; nil for `private_key_jwt`.
  public let secret: SealedValue?

  public init(id: String, document: String, secret: SealedValue?) {
    self.id = id
    self.document = document
    self.secret = secret
  }
}

/// Clients.
public struct ClientStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// - Throws: ``StoreError/conflict`` if the id is taken, or was once: ids are not used again.
  public func add(_ client: StoredClient, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        INSERT INTO clients (id, document, secret, key_id, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        .text(client.id), .text(client.document), .optional(client.secret?.bytes), .optional(client.secret?.keyID),
        .instant(now))
      guard !rows.isEmpty else { throw StoreError.conflict }
      try act.record(audit)
      try act.revoke()
    }
  }

  public func client(_ id: String) async throws(StoreError) -> StoredClient? {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT id, document, secret, key_id FROM clients WHERE id = $1 AND removed_at IS NULL", .text(id)
      ).first.map(ClientStore.client)
    }
  }

  public func clients() async throws(StoreError) -> [StoredClient] {
    try await ledger.read { connection in
      try connection.execute("SELECT id, document, secret, key_id FROM clients WHERE removed_at IS NULL ORDER BY id")
        .map(ClientStore.client)
    }
  }

  /// Removes a client; its tokens and families are worth nothing from now on.
  /// - Throws: ``StoreError/notFound``.
  public func remove(_ id: String, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let rows = try act.execute(
        "UPDATE clients SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL RETURNING id", .text(id), .instant(now)
      )
      guard !rows.isEmpty else { throw StoreError.notFound }
      try act.execute(
        "UPDATE families SET ended_at = $2, ended_reason = 'client removed' WHERE client_id = $1 AND ended_at IS NULL",
        .text(id), .instant(now))
      try act.execute("DELETE FROM conversations WHERE client_id = $1", .text(id))
      try act.record(audit)
      try act.revoke()
    }
  }

  private static func client(_ row: SQLRow) throws -> StoredClient {
    let bytes = try row.optionalBlob(2)
    let keyID = try row.optionalText(3)
    let secret = bytes.flatMap { bytes in keyID.map { SealedValue(keyID: $0, bytes: bytes) } }
    return StoredClient(id: try row.text(0), document: try row.text(1), secret: secret)
  }
}
