public import AccessModel

/// What a verified access token (RFC 9068) says. Its existence is the proof: only ``TokenVerifier`` makes one.
public struct VerifiedToken: Sendable, Hashable {
  /// The broker, `iss`.
  public let issuer: String
  /// The citizen, `sub`: a pairwise pseudonym that means something to this service's sector only.
  public let subject: String
  /// The client that was given the token, `client_id`.
  public let clientID: String
  public let scopes: ScopeList
  /// How the citizen signed in, `acr` (OpenID Connect Core section 2).
  public let acr: String?
  /// Methods used, `amr` (RFC 8176).
  public let amr: [String]
  /// When the citizen last signed in, `auth_time`.
  public let authTime: Instant?
  public let expiresAt: Instant
  /// The token's own id, `jti`: good for logs.
  public let jti: String
  /// The intermediary who acts for the subject, `act.sub` (RFC 8693 section 4.1), or nil if the citizen acts alone.
  public let actor: String?

  let issuedAt: Instant
  let notBefore: Instant?
}

extension VerifiedToken {
  /// The only clock difference that is forgiven.
  static let clockSkew = TimeSpan.seconds(2)

  /// Why the token is not good at this moment, or nil. Asked again on every use, cached or not.
  func fault(at now: Instant) -> Refusal.Reason? {
    if now >= expiresAt + VerifiedToken.clockSkew { return .expired }
    if let notBefore, notBefore > now + VerifiedToken.clockSkew { return .notYetValid }
    if issuedAt > now + VerifiedToken.clockSkew { return .notYetValid }
    return nil
  }

  /// Whether the authentication is at most `age` old; one more than 2 s in the future is not fresh (rule R1).
  func isFresh(within age: TimeSpan, at now: Instant) -> Bool {
    guard let authTime else { return false }
    return authTime <= now + VerifiedToken.clockSkew && now - authTime <= age
  }
}
