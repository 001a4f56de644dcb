public import AccessModel
public import AuthenticatorKit
public import BrokerCore
public import BrokerStore
import Foundation
import Sealing

/// An access token of ours that still stands, with the session behind it.
public struct TokenReading: Sendable {
  public let jti: String
  public let subject: String
  public let clientID: String
  public let audience: String
  public let scopes: ScopeList
  public let acr: String?
  public let amr: [String]
  public let authTime: Instant?
  public let issuedAt: Instant
  public let expiresAt: Instant
  /// The citizen's session; nil for a client's own token.
  public let session: Session?
}

/// What forward-auth says to a token and a demand.
public enum TokenDecision: Sendable {
  case allowed(TokenReading, until: Instant)
  /// No token of ours, expired, revoked, or for another audience; the reason is for the log.
  case invalidToken(String)
  /// A good token with too little, and what would be enough.
  case refused(AccessRefusal)
}

/// Reads tokens and judges demands against the store: the side of the services.
public struct AccessJudge: Sendable {
  private let keys: SigningKeys
  private let tokens: TokenStore
  private let rules: BrokerRules
  private let issuer: String
  private let world: World

  public init(ledger: Ledger, keys: SigningKeys, rules: BrokerRules, issuer: String, world: World) {
    self.keys = keys
    tokens = TokenStore(ledger)
    self.rules = rules
    self.issuer = issuer
    self.world = world
  }

  /// Reads a token.
  /// - Returns: nil if it is not ours, expired, or revoked, or what it rests on has ended.
  /// - Throws: ``StoreError`` if the store cannot say.
  public func read(_ token: String) async throws(StoreError) -> TokenReading? {
    let now = world.now()
    guard token.utf8.count <= 8192, AccessJudge.isAccessToken(token),
      let claims = await keys.verify(token, as: AccessTokenClaims.self), claims.iss == issuer,
      now < Instant(seconds: claims.exp), let scopes = ScopeList(parsing: claims.scope)
    else { return nil }
    guard let standing = try await tokens.standing(of: claims.jti, at: now) else { return nil }
    return TokenReading(
      jti: claims.jti, subject: claims.sub, clientID: claims.clientID, audience: claims.aud, scopes: scopes,
      acr: claims.acr, amr: claims.amr ?? [], authTime: claims.authTime.map { Instant(seconds: $0) },
      issuedAt: Instant(seconds: claims.iat), expiresAt: Instant(seconds: claims.exp), session: standing.session)
  }

  /// Judges one demand for one resource.
  public func decide(
    _ token: String, demand: ServiceScope, resource: ServiceCatalogue.Resource
  ) async throws(StoreError) -> TokenDecision {
    guard let reading = try await read(token) else { return .invalidToken("unknown, expired or revoked") }
    guard reading.audience == resource.id else { return .invalidToken("for another audience") }
    guard resource.services.contains(demand.service) else { return .refused(AccessRefusal(.notRegistered)) }
    guard let holder = reading.session?.holder else { return .refused(AccessRefusal(.notAuthenticated)) }
    switch rules.decision.judge(demand, for: holder, at: world.now()) {
    case .refused(let refusal): return .refused(refusal)
    case .allowed(let until):
      guard reading.scopes.satisfies(demand) else { return .refused(AccessRefusal(.insufficientScope)) }
      return .allowed(reading, until: min(until, reading.expiresAt))
    }
  }

  /// The scopes of a reading that still hold if each is judged now.
  public func scopesInForce(of reading: TokenReading) -> ScopeList {
    guard let holder = reading.session?.holder else {
      return ScopeList(reading.scopes.scopes.filter { $0.service == nil })
    }
    let now = world.now()
    let decision = rules.decision
    return ScopeList(
      reading.scopes.scopes.filter { scope in
        guard let service = scope.service else { return true }
        if case .allowed = decision.judge(service, for: holder, at: now) { return true }
        return false
      })
  }

  /// The `typ` of the header: other JWTs that we sign must not pass for access tokens (RFC 9068 section 4).
  private static func isAccessToken(_ token: String) -> Bool {
    struct Header: Decodable { let typ: String }
    guard let part = token.split(separator: ".", maxSplits: 1).first, let bytes = Base64.urlDecode(part),
      let header = try? JSONDecoder().decode(Header.self, from: Data(bytes))
    else { return false }
    return header.typ.lowercased() == AccessTokenClaims.type
  }
}
