public import AccessModel

/// Verifies access tokens (RFC 9068) for one service and judges its demands. Share one in the whole service: it holds
/// the caches.
public final class TokenVerifier: Sendable {
  private let issuer: String
  private let resource: String
  private let keys: JWKSCache
  private let stepUp: StepUp
  private let now: @Sendable () -> Instant
  private let cache: TokenCache

  /// - Parameters:
  ///   - issuer: the broker's issuer identifier, compared character by character with `iss`.
  ///   - resource: this service's own resource identifier (RFC 8707), which must be the token's `aud`.
  ///   - keys: the broker's keys.
  ///   - stepUp: what to name to somebody who may consult and wants to dispose.
  ///   - now: the wall clock.
  public init(
    issuer: String, resource: String, keys: JWKSCache, stepUp: StepUp = StepUp(),
    now: @escaping @Sendable () -> Instant
  ) {
    self.issuer = issuer
    self.resource = resource
    self.keys = keys
    self.stepUp = stepUp
    self.now = now
    cache = TokenCache()
  }

  /// Judges a request by its `Authorization` headers.
  /// - Parameter authorizations: the values of all of them; more than one is refused.
  /// - Throws: ``ScopeGuardFault`` when the token cannot be judged; answer with its ``ScopeGuardFault/answer``.
  public func judge(
    authorizations: [String], demand: ScopeDemand
  ) async throws(ScopeGuardFault) -> ScopeVerdict {
    switch BearerCredentials(authorizations) {
    case .refused(let reason): .refused(Refusal(reason, scope: demand.scope))
    case .token(let token): try await judge(token, demand)
    }
  }

  private func judge(_ bytes: [UInt8], _ demand: ScopeDemand) async throws(ScopeGuardFault) -> ScopeVerdict {
    let result = try await verified(bytes)
    let now = now()
    switch result {
    case .failure(let flaw): return .refused(Refusal(flaw.reason, scope: demand.scope))
    case .success(let token):
      if let reason = token.fault(at: now) { return .refused(Refusal(reason, scope: demand.scope)) }
      return demand.judge(token, stepUp: stepUp, at: now)
    }
  }

  /// The token with its signature and everything timeless about it checked, from the cache where it may be.
  private func verified(_ bytes: [UInt8]) async throws(ScopeGuardFault) -> Result<VerifiedToken, TokenFlaw> {
    let key = TokenCache.key(for: bytes)
    let start = now()
    if let token = cache.token(for: key, at: start) { return .success(token) }
    let parts: TokenParts
    switch Result(catching: { () throws(TokenFlaw) in try TokenParts(bytes) }) {
    case .failure(let flaw): return .failure(flaw)
    case .success(let found): parts = found
    }
    guard let keys = try await keys.keys(for: parts.keyID) else { return .failure(TokenFlaw(.unknownKey)) }
    let result = Result { () throws(TokenFlaw) in try read(parts, with: keys) }
    if case .success(let token) = result { cache.insert(token, for: key, at: start) }
    return result
  }

  private func read(_ parts: TokenParts, with keys: VerificationKeys) throws(TokenFlaw) -> VerifiedToken {
    guard keys.confirm(parts) else { throw TokenFlaw(.badSignature) }
    guard let claims = Base64URL.decode(parts.encodedClaims) else { throw TokenFlaw(.malformed) }
    return try VerifiedToken(claims: claims, issuer: issuer, audience: resource)
  }
}
