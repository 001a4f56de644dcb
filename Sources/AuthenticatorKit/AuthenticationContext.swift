public import AccessModel

/// One of several strengths in which a module can log somebody in, such as the three levels of SPID.
///
/// Named after the Authentication Context Class Reference of OpenID Connect Core section 2.
public struct AuthenticationContext: Sendable, Hashable, Codable {
  /// The class reference, a URI.
  public let acr: String
  public let level: AssuranceLevel
  /// The highest right that a login in this context can give.
  public let right: AccessRight

  public init(acr: String, level: AssuranceLevel, right: AccessRight) {
    self.acr = acr
    self.level = level
    self.right = right
  }
}
