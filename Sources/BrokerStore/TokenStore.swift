public import AccessModel

/// An access token as the store knows it: enough to revoke and to introspect it.
public struct IssuedAccessToken: Sendable, Equatable {
  public let jti: String
  public let family: String?
  public let session: String?
  public let clientID: String
  public let scope: String
  public let audience: String
  public let issuedAt: Instant
  public let expiresAt: Instant

  public init(
    jti: String, family: String?, session: String?, clientID: String, scope: String, audience: String,
    issuedAt: Instant, expiresAt: Instant
  ) {
    self.jti = jti
    self.family = family
    self.session = session
    self.clientID = clientID
    self.scope = scope
    self.audience = audience
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }
}

/// A refresh token about to be stored, by its hash.
public struct NewRefreshToken: Sendable, Equatable {
  public let hash: [UInt8]
  public let scope: String
  public let resource: String
  public let expiresAt: Instant

  public init(hash: [UInt8], scope: String, resource: String, expiresAt: Instant) {
    self.hash = hash
    self.scope = scope
    self.resource = resource
    self.expiresAt = expiresAt
  }
}

/// Everything that the redemption of a code brings, stored at once.
public struct TokenIssue: Sendable {
  public let access: IssuedAccessToken
  /// The family that a code founds, with the hash of the code; nil for client credentials.
  public let family: NewFamily?
  public let refresh: NewRefreshToken?

  public init(access: IssuedAccessToken, family: NewFamily? = nil, refresh: NewRefreshToken? = nil) {
    self.access = access
    self.family = family
    self.refresh = refresh
  }
}

/// The line of tokens that begins with one code.
public struct NewFamily: Sendable, Equatable {
  public let id: String
  public let code: [UInt8]
  public let session: String
  /// Whether it may outlive the session's time (`offline_access`); the session's end is its end all the same.
  public let isOffline: Bool
  public let expiresAt: Instant

  public init(id: String, code: [UInt8], session: String, isOffline: Bool, expiresAt: Instant) {
    self.id = id
    self.code = code
    self.session = session
    self.isOffline = isOffline
    self.expiresAt = expiresAt
  }
}

/// Access and refresh tokens.
public struct TokenStore: Sendable {
  let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Stores what a code or client credentials have earned.
  /// - Throws: ``StoreError/conflict`` if the session has ended meanwhile, or the code was used a second time.
  public func issue(_ issue: TokenIssue, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      if let family = issue.family {
        let code = try act.execute("SELECT 1 FROM codes WHERE hash = $1 AND used_at IS NOT NULL", .blob(family.code))
        guard !code.isEmpty else { throw StoreError.conflict }
        try TokenStore.demandLive(session: family.session, isOffline: false, at: now, act)
        try act.execute(
          """
          INSERT INTO families (id, code, client_id, session_id, created_at, expires_at, offline)
          VALUES ($1, $2, $3, $4, $5, $6, $7)
          """,
          .text(family.id), .blob(family.code), .text(issue.access.clientID), .text(family.session), .instant(now),
          .instant(family.expiresAt), .integer(family.isOffline ? 1 : 0))
        if let refresh = issue.refresh { try TokenStore.insert(refresh, family: family.id, now, act) }
      }
      try TokenStore.insert(issue.access, act)
      try act.record(audit)
    }
  }

  static func demandLive(session: String, isOffline: Bool, at now: Instant, _ act: Act) throws {
    let live = try act.execute(
      """
      UPDATE sessions SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND (expires_at > $2 OR $3 = 1) RETURNING id
      """, .text(session), .instant(now), .integer(isOffline ? 1 : 0))
    guard !live.isEmpty else { throw StoreError.conflict }
  }

  static func insert(_ token: IssuedAccessToken, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO access_tokens (jti, family_id, session_id, client_id, scope, audience, issued_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      .text(token.jti), .optional(token.family), .optional(token.session), .text(token.clientID), .text(token.scope),
      .text(token.audience), .instant(token.issuedAt), .instant(token.expiresAt))
  }

  static func insert(_ token: NewRefreshToken, family: String, _ now: Instant, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO refresh_tokens (hash, family_id, scope, resource, created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      .blob(token.hash), .text(family), .text(token.scope), .text(token.resource), .instant(now),
      .instant(token.expiresAt))
  }
}
