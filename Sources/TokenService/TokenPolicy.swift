public import AccessModel
public import BrokerStore

/// How long things live; the defaults are those that everybody should agree on (architecture section 6).
public struct TokenPolicy: Sendable, Equatable {
  public let issuer: String
  public let algorithm: SigningAlgorithm
  /// 15 minutes unless configured shorter (rule R4).
  public let accessLifetime: TimeSpan
  /// With a dispositive scope; 5 minutes at most (rule R4).
  public let dispositiveLifetime: TimeSpan
  public let codeLifetime: TimeSpan
  /// How long a rotated refresh token fails without harm (rule R3).
  public let refreshGrace: TimeSpan
  /// 30 days at most (rule R3).
  public let offlineLifetime: TimeSpan
  public let session: SessionLimits

  public init(
    issuer: String, algorithm: SigningAlgorithm = .es256, accessLifetime: TimeSpan = .minutes(15),
    dispositiveLifetime: TimeSpan = .minutes(5), codeLifetime: TimeSpan = .seconds(60),
    refreshGrace: TimeSpan = .seconds(10), offlineLifetime: TimeSpan = .days(30),
    session: SessionLimits = SessionLimits()
  ) {
    self.issuer = issuer
    self.algorithm = algorithm
    self.accessLifetime = accessLifetime
    self.dispositiveLifetime = dispositiveLifetime
    self.codeLifetime = codeLifetime
    self.refreshGrace = refreshGrace
    self.offlineLifetime = offlineLifetime
    self.session = session
  }

  /// When a token expires: its lifetime, the freshness that earned it and the session's end, whichever is first.
  func expiry(of grant: ScopeLifetime, sessionEnd: Instant?, at now: Instant) -> Instant {
    let lifetime = grant.isDispositive ? min(accessLifetime, dispositiveLifetime) : accessLifetime
    return min(now + lifetime, grant.until, sessionEnd ?? Instant(milliseconds: .max))
  }
}

/// What of a grant decides about its token's life.
struct ScopeLifetime {
  let isDispositive: Bool
  let until: Instant
}
