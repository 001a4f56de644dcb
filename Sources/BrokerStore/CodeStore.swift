public import AccessModel

/// An authorization code about to be stored, by its hash.
public struct NewCode: Sendable, Equatable {
  public let hash: [UInt8]
  public let grant: CodeGrant

  public init(hash: [UInt8], grant: CodeGrant) {
    self.hash = hash
    self.grant = grant
  }
}

/// What a code is good for.
public struct CodeGrant: Sendable, Equatable {
  public let clientID: String
  public let scope: String
  /// The resource indicators asked for, separated by spaces (RFC 8707).
  public let resource: String
  /// The PKCE challenge (RFC 7636), method S256.
  public let challenge: String
  public let createdAt: Instant
  public let expiresAt: Instant

  public init(
    clientID: String, scope: String, resource: String, challenge: String, createdAt: Instant, expiresAt: Instant
  ) {
    self.clientID = clientID
    self.scope = scope
    self.resource = resource
    self.challenge = challenge
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}

/// Authorization codes. Every method is one atomic act; none takes a closure.
public struct CodeStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  public enum Consumption: Sendable, Equatable {
    /// First use; the session that earned the code.
    case granted(CodeGrant, session: String)
    /// Used before: everything issued for it has just been revoked (RFC 6749 section 4.1.2).
    case reused
    case unknown
  }

  /// Uses the code up; of any number of callers, on any node, one is granted.
  /// - Parameter reuse: the record for a second use, which ends the code's family.
  public func consume(
    _ hash: [UInt8], client: String, at now: Instant, reuse: AuditEntry
  ) async throws(StoreError) -> Consumption {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        UPDATE codes SET used_at = $3 WHERE hash = $1 AND client_id = $2 AND used_at IS NULL AND expires_at > $3
        RETURNING scope, resource, challenge, created_at, expires_at, session_id
        """, .blob(hash), .text(client), .instant(now))
      if let row = rows.first {
        let grant = CodeGrant(
          clientID: client, scope: try row.text(0), resource: try row.text(1), challenge: try row.text(2),
          createdAt: try row.instant(3), expiresAt: try row.instant(4))
        return .granted(grant, session: try row.text(5))
      }
      let used = try act.execute(
        "SELECT 1 FROM codes WHERE hash = $1 AND client_id = $2 AND used_at IS NOT NULL", .blob(hash), .text(client))
      guard !used.isEmpty else { return .unknown }
      try act.execute(
        "UPDATE families SET ended_at = $2, ended_reason = 'code reused' WHERE code = $1 AND ended_at IS NULL",
        .blob(hash), .instant(now))
      // Forgotten, so that a redemption still under way finds no code to found its family on.
      try act.execute("DELETE FROM codes WHERE hash = $1", .blob(hash))
      try act.record(reuse)
      try act.revoke()
      return .reused
    }
  }

  static func insert(_ code: NewCode, session: String, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO codes (hash, client_id, session_id, scope, resource, challenge, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      .blob(code.hash), .text(code.grant.clientID), .text(session), .text(code.grant.scope),
      .text(code.grant.resource), .text(code.grant.challenge), .instant(code.grant.createdAt),
      .instant(code.grant.expiresAt))
  }
}
