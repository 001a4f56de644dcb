import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

extension TokenEndpoint {
  /// The authorization code grant with PKCE (RFC 6749 section 4.1.3, RFC 7636 section 4.6).
  func redeemCode(_ request: OAuthParameters, _ client: Client) async throws(OAuthError) -> TokenReply {
    let code = try request.require("code")
    let verifier = try request.require("code_verifier")
    let hash = TokenHash.of(code)
    let (grant, session) = try await consume(hash, client)
    guard TokenEndpoint.challenge(of: verifier) == grant.challenge else {
      throw OAuthError(.invalidGrant, "the code verifier does not fit the code")
    }
    let now = world.now()
    let resource = try resource(request, granted: grant.resource.isEmpty ? nil : grant.resource, client)
    let judged = rules.decision.grant(
      ScopeList(parsing: grant.scope) ?? ScopeList([]), registered: client.scopes, services: resource.services,
      holder: session.holder, at: now)
    guard !judged.scopes.services.isEmpty || judged.refused.isEmpty else {
      throw OAuthError(.invalidGrant, "nothing of the scope can be granted any more", reason: judged.reasons)
    }
    return try await found(judged, hash, resource, client, session, now)
  }

  private func consume(_ hash: [UInt8], _ client: Client) async throws(OAuthError) -> (CodeGrant, Session) {
    let now = world.now()
    let reuse = AuditEntry(.reuseDetected, by: .client(client.id), ["what": "authorization code"], at: now)
    let consumption = try await orUnavailable { () throws(StoreError) in
      try await codes.consume(hash, client: client.id, at: now, reuse: reuse)
    }
    guard case .granted(let grant, let id) = consumption else {
      throw OAuthError(.invalidGrant, "the code is not valid", reason: "\(consumption)")
    }
    let session = try await orUnavailable { () throws(StoreError) in try await sessions.session(id, at: now) }
    guard let session else { throw OAuthError(.invalidGrant, "the code is not valid", reason: "session ended") }
    return (grant, session)
  }

  /// Founds the family of tokens that begins with this code.
  private func found(
    _ judged: ScopeGrant, _ code: [UInt8], _ resource: ServiceCatalogue.Resource, _ client: Client, _ session: Session,
    _ now: Instant
  ) async throws(OAuthError) -> TokenReply {
    let isOffline = judged.scopes.contains(.plain("offline_access"))
    let end = isOffline ? now + policy.offlineLifetime : session.expiresAt
    let family = NewFamily(
      id: Base64.urlEncode(world.random(16)), code: code, session: session.id, isOffline: isOffline, expiresAt: end)
    let (token, record) = try await mint(
      judged, for: resource, client, session: session, family: family.id, sessionEnd: session.expiresAt, at: now)
    let refresh = client.grants.contains(.refreshToken) ? opaque() : nil
    let issue = TokenIssue(
      access: record, family: family,
      refresh: refresh.map {
        NewRefreshToken(
          hash: TokenHash.of($0), scope: judged.scopes.description, resource: resource.id, expiresAt: end)
      })
    do {
      try await tokens.issue(issue, at: now, audit: issued(record, client, session, grant: .authorizationCode))
    } catch {
      throw TokenEndpoint.grantError(error)
    }
    return reply(token, record, refresh: refresh)
  }

  static func grantError(_ error: StoreError) -> OAuthError {
    switch error {
    case .conflict: OAuthError(.invalidGrant, "the grant is not valid any more", reason: error.description)
    default: .unavailable(error.description)
    }
  }

  /// `BASE64URL(SHA256(code_verifier))` (RFC 7636 section 4.2).
  static func challenge(of verifier: String) -> String { Base64.urlEncode(TokenHash.of(verifier)) }
}

extension ScopeGrant {
  /// For the log: scopes with the reason of each refusal.
  var reasons: String { refused.map { "\($0.scope): \($0.refusal.reason.rawValue)" }.joined(separator: ", ") }
}
