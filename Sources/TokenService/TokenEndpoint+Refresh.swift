import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

extension TokenEndpoint {
  /// The refresh grant (RFC 6749 section 6) under rule R3: rotating, never renewing a dispositive scope, and judging
  /// area, method, operator's switch, client and citizen anew.
  func refresh(_ request: OAuthParameters, _ client: Client) async throws(OAuthError) -> TokenReply {
    let hash = TokenHash.of(try request.require("refresh_token"))
    let now = world.now()
    let grant = try await live(hash, client, now)
    let session = try await session(of: grant, now)
    let resource = try resource(request, granted: grant.resource, client)
    let wanted = try narrowed(request, grant)
    let judged = rules.decision.grant(
      wanted, registered: client.scopes, services: resource.services, holder: session.holder, at: now)
    guard !judged.scopes.services.isEmpty || judged.refused.isEmpty else {
      throw OAuthError(.invalidGrant, "nothing of the scope can be granted any more", reason: judged.reasons)
    }
    let (token, record) = try await mint(
      judged, for: resource, client, session: session, family: grant.family,
      sessionEnd: grant.isOffline ? grant.familyExpiresAt : session.expiresAt, at: now)
    let next = opaque()
    let fresh = NewRefreshToken(
      hash: TokenHash.of(next), scope: grant.refreshedScope.description, resource: grant.resource,
      expiresAt: grant.familyExpiresAt)
    do {
      try await tokens.rotate(
        hash, of: grant, to: fresh, access: record, at: now,
        audit: issued(record, client, session, grant: .refreshToken))
    } catch {
      throw TokenEndpoint.grantError(error)
    }
    return reply(token, record, refresh: next)
  }

  private func live(_ hash: [UInt8], _ client: Client, _ now: Instant) async throws(OAuthError) -> RefreshGrant {
    let reuse = AuditEntry(.reuseDetected, by: .client(client.id), ["what": "refresh token"], at: now)
    let lookup = try await orUnavailable { () throws(StoreError) in
      try await tokens.refreshToken(hash, client: client.id, at: now, grace: policy.refreshGrace, reuse: reuse)
    }
    switch lookup {
    case .live(let grant): return grant
    case .justRotated:
      throw OAuthError(.invalidGrant, "the refresh token has just been used; use the newest one", reason: "justRotated")
    case .reused, .unknown:
      throw OAuthError(.invalidGrant, "the refresh token is not valid", reason: "\(lookup)")
    }
  }

  private func session(of grant: RefreshGrant, _ now: Instant) async throws(OAuthError) -> Session {
    let session = try await orUnavailable { () throws(StoreError) in
      try await sessions.session(grant.session, isOffline: grant.isOffline, at: now)
    }
    guard let session else { throw OAuthError(.invalidGrant, "the session has ended", reason: "session ended") }
    return session
  }

  /// What is asked for, within what was granted (RFC 6749 section 6), after rule R3.
  private func narrowed(_ request: OAuthParameters, _ grant: RefreshGrant) throws(OAuthError) -> ScopeList {
    let granted = grant.refreshedScope
    guard let wanted = try request.scope() else { return granted }
    guard wanted.refreshed.scopes.allSatisfy(granted.contains) else {
      throw OAuthError(.invalidScope, "the scope goes beyond what was granted")
    }
    return wanted.refreshed
  }
}

extension RefreshGrant {
  /// Rule R3: `dispositivo:x` becomes `consultazione:x`.
  fileprivate var refreshedScope: ScopeList { (ScopeList(parsing: scope) ?? ScopeList([])).refreshed }
}
