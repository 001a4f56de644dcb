public import AccessModel

/// Whether an access token still stands, with the session that it rests on.
public struct TokenStanding: Sendable, Equatable {
  public let token: IssuedAccessToken
  /// The live session; nil for a client's own token.
  public let session: Session?
}

extension TokenStore {
  /// What the store says about an access token.
  /// - Returns: nil if it is unknown or revoked, or its family, session or client has ended.
  public func standing(of jti: String, at now: Instant) async throws(StoreError) -> TokenStanding? {
    try await ledger.read { connection in
      let rows = try connection.execute(
        """
        SELECT t.family_id, t.session_id, t.client_id, t.scope, t.audience, t.issued_at, t.expires_at,
          COALESCE(f.offline, 0)
        FROM access_tokens t JOIN clients c ON c.id = t.client_id
        LEFT JOIN families f ON f.id = t.family_id
        WHERE t.jti = $1 AND t.revoked_at IS NULL AND c.removed_at IS NULL AND f.ended_at IS NULL
        """, .text(jti))
      guard let row = rows.first else { return nil }
      let token = IssuedAccessToken(
        jti: jti, family: try row.optionalText(0), session: try row.optionalText(1), clientID: try row.text(2),
        scope: try row.text(3), audience: try row.text(4), issuedAt: try row.instant(5), expiresAt: try row.instant(6))
      guard let id = token.session else { return TokenStanding(token: token, session: nil) }
      // Idle time ends what a session may still earn, not the tokens it has earned: those are short already.
      let isOffline = try row.integer(7) == 1
      guard let session = try SessionStore.load(id, connection), isOffline || now < session.expiresAt else {
        return nil
      }
      return TokenStanding(token: token, session: session)
    }
  }

  /// Revokes one access token of a client (RFC 7009); unknown ones are nobody's business.
  /// - Returns: whether there was something to revoke.
  @discardableResult
  public func revoke(jti: String, client: String, at now: Instant, audit: AuditEntry) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      let rows = try act.execute(
        "UPDATE access_tokens SET revoked_at = $3 WHERE jti = $1 AND client_id = $2 AND revoked_at IS NULL RETURNING jti",
        .text(jti), .text(client), .instant(now))
      guard !rows.isEmpty else { return false }
      try act.record(audit)
      try act.revoke()
      return true
    }
  }

  /// The family of a client's refresh token, live or not.
  public func family(ofRefreshToken hash: [UInt8], client: String) async throws(StoreError) -> String? {
    try await ledger.read { connection in
      try connection.execute(
        """
        SELECT f.id FROM refresh_tokens r JOIN families f ON f.id = r.family_id
        WHERE r.hash = $1 AND f.client_id = $2
        """, .blob(hash), .text(client)
      ).first?.text(0)
    }
  }
}
