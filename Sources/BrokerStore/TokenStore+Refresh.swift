public import AccessModel

/// A refresh token that may be used now.
public struct RefreshGrant: Sendable, Equatable {
  public let family: String
  public let familyCreatedAt: Instant
  public let familyExpiresAt: Instant
  public let session: String
  public let isOffline: Bool
  public let scope: String
  public let resource: String
}

extension TokenStore {
  public enum RefreshLookup: Sendable, Equatable {
    case live(RefreshGrant)
    /// Rotated a moment ago: a lost answer or a second tab; refused without harm (rule R3).
    case justRotated
    /// Rotated longer ago: stolen. Its family has just been revoked.
    case reused
    case unknown
  }

  /// Looks a refresh token up, and revokes its family if it was used before.
  /// - Parameters:
  ///   - grace: how long a second use does no harm; 10 seconds.
  ///   - reuse: the record for a stolen token.
  public func refreshToken(
    _ hash: [UInt8], client: String, at now: Instant, grace: TimeSpan, reuse: AuditEntry
  ) async throws(StoreError) -> RefreshLookup {
    let found = try await ledger.read { connection in
      try connection.execute(
        """
        SELECT f.id, f.created_at, f.expires_at, f.session_id, r.scope, r.resource, r.rotated_at, r.expires_at,
          f.offline
        FROM refresh_tokens r JOIN families f ON f.id = r.family_id
        WHERE r.hash = $1 AND f.client_id = $2 AND f.ended_at IS NULL
        """, .blob(hash), .text(client)
      ).first.map { row in
        (
          RefreshGrant(
            family: try row.text(0), familyCreatedAt: try row.instant(1), familyExpiresAt: try row.instant(2),
            session: try row.text(3), isOffline: try row.integer(8) == 1, scope: try row.text(4),
            resource: try row.text(5)),
          rotatedAt: try row.optionalInstant(6), expiresAt: try row.instant(7)
        )
      }
    }
    guard let (grant, rotatedAt, expiresAt) = found else { return .unknown }
    guard let rotatedAt else { return now < expiresAt && now < grant.familyExpiresAt ? .live(grant) : .unknown }
    guard now >= rotatedAt + grace else { return .justRotated }
    try await end(family: grant.family, reason: "refresh token reused", at: now, audit: reuse)
    return .reused
  }

  /// Replaces a refresh token and stores what it has earned; of any number of callers, one succeeds.
  /// - Throws: ``StoreError/conflict`` if it was rotated, or its family or session ended, meanwhile.
  public func rotate(
    _ hash: [UInt8], of grant: RefreshGrant, to next: NewRefreshToken, access: IssuedAccessToken, at now: Instant,
    audit: AuditEntry
  ) async throws(StoreError) {
    try await ledger.act { act in
      let rotated = try act.execute(
        """
        UPDATE refresh_tokens SET rotated_at = $2 WHERE hash = $1 AND rotated_at IS NULL AND family_id = $3
        AND EXISTS (SELECT 1 FROM families f WHERE f.id = $3 AND f.ended_at IS NULL) RETURNING family_id
        """, .blob(hash), .instant(now), .text(grant.family))
      guard !rotated.isEmpty else { throw StoreError.conflict }
      try TokenStore.demandLive(session: grant.session, isOffline: grant.isOffline, at: now, act)
      try TokenStore.insert(next, family: grant.family, now, act)
      try TokenStore.insert(access, act)
      try act.record(audit)
    }
  }

  /// Ends a family: its refresh tokens and its access tokens are worth nothing from now on.
  public func end(family: String, reason: String, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let ended = try act.execute(
        "UPDATE families SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id",
        .text(family), .instant(now), .text(reason))
      guard !ended.isEmpty else { return }
      try act.record(audit)
      try act.revoke()
    }
  }
}
