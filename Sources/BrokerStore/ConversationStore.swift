public import AccessModel
public import AuthenticatorKit
public import Sealing

/// A login conversation between two of its steps. What it knows is sealed; its hash is the hash of the `auth_session`.
public struct StoredConversation: Sendable, Equatable {
  public let clientID: String
  public let sealed: SealedValue
  /// The PIN it rests on already, and when that was shown (rule R12).
  public let proof: CredentialProof?
  /// The session it steps up.
  public let session: String?
  public let expiresAt: Instant

  public init(clientID: String, sealed: SealedValue, proof: CredentialProof?, session: String?, expiresAt: Instant) {
    self.clientID = clientID
    self.sealed = sealed
    self.proof = proof
    self.session = session
    self.expiresAt = expiresAt
  }
}

/// That a PIN was shown, and when.
public struct CredentialProof: Sendable, Equatable {
  public let credential: CredentialID
  public let at: Instant

  public init(_ credential: CredentialID, at: Instant) {
    self.credential = credential
    self.at = at
  }

  init?(_ row: SQLRow) throws(StoreError) {
    guard let credential = try row.optionalText(3), let at = try row.optionalInstant(6) else { return nil }
    self.init(CredentialID(credential), at: at)
  }
}

/// Conversations: each step consumes one entry and stores the next, so that no step can be taken twice
/// (safety sentence 3).
public struct ConversationStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// - Parameter arrival: what the conversation waits for, with its hash, where it has sent the person elsewhere.
  public func insert(
    _ conversation: StoredConversation, hash: [UInt8], arrival: (hash: [UInt8], stored: StoredArrival)? = nil
  ) async throws(StoreError) {
    try await ledger.act { act in
      if let arrival { try ArrivalStore.insert(arrival.stored, hash: arrival.hash, act) }
      if let proof = conversation.proof {
        let stands = try PINStore.isActive(proof.credential, verifiedAt: proof.at, in: act)
        guard stands else { throw StoreError.conflict }
      }
      try act.execute(
        """
        INSERT INTO conversations (hash, client_id, sealed, key_id, credential_id, session_id, expires_at, proven_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        .blob(hash), .text(conversation.clientID), .blob(conversation.sealed.bytes),
        .text(conversation.sealed.keyID), .optional(conversation.proof?.credential.description),
        .optional(conversation.session), .instant(conversation.expiresAt), .optional(conversation.proof?.at))
    }
  }

  /// Removes and returns the conversation; of any number of callers, on any node, one gets it.
  /// - Throws: ``StoreError/notFound`` if it is unknown, used, expired, or another client's.
  public func consume(_ hash: [UInt8], client: String, at now: Instant) async throws(StoreError) -> StoredConversation {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        DELETE FROM conversations WHERE hash = $1 AND client_id = $2 AND expires_at > $3
        RETURNING client_id, sealed, key_id, credential_id, session_id, expires_at, proven_at
        """, .blob(hash), .text(client), .instant(now))
      guard let row = rows.first else { throw StoreError.notFound }
      return StoredConversation(
        clientID: try row.text(0), sealed: SealedValue(keyID: try row.text(2), bytes: try row.blob(1)),
        proof: try CredentialProof(row), session: try row.optionalText(4), expiresAt: try row.instant(5))
    }
  }
}
