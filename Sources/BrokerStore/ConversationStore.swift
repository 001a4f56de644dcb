public import AccessModel
public import Sealing

/// A login conversation between two of its steps. What it knows is sealed; its hash is the hash of the `auth_session`.
public struct StoredConversation: Sendable, Equatable {
  public let clientID: String
  public let sealed: SealedValue
  /// The PIN it rests on already (rule R12).
  public let credential: String?
  /// The session it steps up.
  public let session: String?
  public let expiresAt: Instant

  public init(clientID: String, sealed: SealedValue, credential: String?, session: String?, expiresAt: Instant) {
    self.clientID = clientID
    self.sealed = sealed
    self.credential = credential
    self.session = session
    self.expiresAt = expiresAt
  }
}

/// Conversations: each step consumes one entry and stores the next, so that no step can be taken twice
/// (safety sentence 3).
public struct ConversationStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  public func insert(_ conversation: StoredConversation, hash: [UInt8]) async throws(StoreError) {
    try await ledger.act { act in
      if let credential = conversation.credential {
        let active = try act.execute("SELECT 1 FROM pins WHERE id = $1 AND state = 'active'", .text(credential))
        guard !active.isEmpty else { throw StoreError.conflict }
      }
      try act.execute(
        """
        INSERT INTO conversations (hash, client_id, sealed, key_id, credential_id, session_id, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        .blob(hash), .text(conversation.clientID), .blob(conversation.sealed.bytes),
        .text(conversation.sealed.keyID), .optional(conversation.credential), .optional(conversation.session),
        .instant(conversation.expiresAt))
    }
  }

  /// Removes and returns the conversation; of any number of callers, on any node, one gets it.
  /// - Throws: ``StoreError/notFound`` if it is unknown, used, expired, or another client's.
  public func consume(_ hash: [UInt8], client: String, at now: Instant) async throws(StoreError) -> StoredConversation {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        DELETE FROM conversations WHERE hash = $1 AND client_id = $2 AND expires_at > $3
        RETURNING client_id, sealed, key_id, credential_id, session_id, expires_at
        """, .blob(hash), .text(client), .instant(now))
      guard let row = rows.first else { throw StoreError.notFound }
      return StoredConversation(
        clientID: try row.text(0), sealed: SealedValue(keyID: try row.text(2), bytes: try row.blob(1)),
        credential: try row.optionalText(3), session: try row.optionalText(4), expiresAt: try row.instant(5))
    }
  }
}
