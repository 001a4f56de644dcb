import AccessModel
public import AuthenticatorKit
import BrokerCore
public import BrokerStore
import Sealing

/// The token endpoint: it owns the shared phases (scope, audience, lifetime, issue); a grant only proves.
public struct TokenEndpoint: Sendable {
  let codes: CodeStore
  let tokens: TokenStore
  let sessions: SessionStore
  let rules: BrokerRules
  let keys: SigningKeys
  let subjects: PairwiseSubjects
  let policy: TokenPolicy
  let world: World

  public init(
    ledger: Ledger, rules: BrokerRules, keys: SigningKeys, subjects: PairwiseSubjects, policy: TokenPolicy, world: World
  ) {
    codes = CodeStore(ledger)
    tokens = TokenStore(ledger)
    sessions = SessionStore(ledger, limits: policy.session)
    self.rules = rules
    self.keys = keys
    self.subjects = subjects
    self.policy = policy
    self.world = world
  }

  /// Answers a token request of an authenticated client.
  public func answer(_ request: OAuthParameters, from client: Client) async throws(OAuthError) -> TokenReply {
    guard let grant = Client.Grant(rawValue: try request.require("grant_type")) else {
      throw OAuthError(.unsupportedGrantType, "use authorization_code, refresh_token or client_credentials")
    }
    guard client.grants.contains(grant) else {
      throw OAuthError(.unauthorizedClient, "the client is not registered for this grant")
    }
    switch grant {
    case .authorizationCode: return try await redeemCode(request, client)
    case .refreshToken: return try await refresh(request, client)
    case .clientCredentials: return try await clientToken(request, client)
    }
  }

  /// The one resource that a token is for (RFC 8707): asked for, or the only one that the client has.
  func resource(
    _ request: OAuthParameters, granted: String?, _ client: Client
  ) throws(OAuthError) -> ServiceCatalogue.Resource {
    let choices = granted.map { $0.split(separator: " ").map(String.init) } ?? client.resources
    guard let wanted = request["resource"] ?? (choices.count == 1 ? choices[0] : nil) else {
      throw OAuthError(.invalidTarget, "name one of the client's resources with the parameter resource")
    }
    guard choices.contains(wanted), client.resources.contains(wanted), let found = rules.catalogue.resource(wanted)
    else {
      throw OAuthError(.invalidTarget, "the client is not registered for this resource")
    }
    return found
  }

  /// Signs an access token about a citizen's session, or a client's own where there is none.
  func mint(
    _ grant: ScopeGrant, for resource: ServiceCatalogue.Resource, _ client: Client, session: Session?,
    family: String?, sessionEnd: Instant?, at now: Instant
  ) async throws(OAuthError) -> (token: String, record: IssuedAccessToken) {
    let lifetime = ScopeLifetime(isDispositive: grant.scopes.isDispositive, until: grant.until)
    let expiry = policy.expiry(of: lifetime, sessionEnd: sessionEnd, at: now)
    let leading = session.flatMap {
      rules.policy.leading($0.authentications, for: grant.scopes.isDispositive ? .dispositive : .consultation)
    }
    let claims = AccessTokenClaims(
      iss: policy.issuer, sub: session.map { subjects.subject(of: $0.citizen.id, in: resource.sector) } ?? client.id,
      aud: resource.id, exp: expiry.seconds, iat: now.seconds, jti: Base64.urlEncode(world.random(16)),
      clientID: client.id, scope: grant.scopes.description, authTime: leading?.at.seconds, acr: leading?.acr,
      amr: session.map { Combination($0.authentications, under: rules.policy).amr })
    let record = IssuedAccessToken(
      jti: claims.jti, family: family, session: session?.id, clientID: client.id, scope: claims.scope,
      audience: claims.aud, issuedAt: now, expiresAt: Instant(seconds: claims.exp))
    return (try await keys.sign(claims, type: AccessTokenClaims.type), record)
  }

  func reply(_ token: String, _ record: IssuedAccessToken, refresh: String? = nil) -> TokenReply {
    TokenReply(
      accessToken: token, tokenType: "Bearer", expiresIn: max(0, record.expiresAt.seconds - record.issuedAt.seconds),
      scope: record.scope, refreshToken: refresh)
  }

  /// A new opaque secret of 256 bits.
  func opaque() -> String { Base64.urlEncode(world.random(32)) }

  func issued(_ record: IssuedAccessToken, _ client: Client, _ session: Session?, grant: Client.Grant) -> AuditEntry {
    AuditEntry(
      .tokenIssued, by: .client(client.id), about: session?.citizen.fiscalCode,
      ["grant": grant.rawValue, "jti": record.jti, "scope": record.scope, "audience": record.audience],
      at: record.issuedAt)
  }
}
