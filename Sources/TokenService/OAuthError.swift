/// An error of an OAuth endpoint: a code for the wire, a sentence that helps, a reason for the log.
public struct OAuthError: Error, Sendable, Equatable {
  public enum Code: String, Sendable, Equatable {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedResponseType = "unsupported_response_type"
    case invalidScope = "invalid_scope"
    /// RFC 8707 section 2.
    case invalidTarget = "invalid_target"
    case accessDenied = "access_denied"
    /// First-party applications draft.
    case invalidSession = "invalid_session"
    case insufficientAuthorization = "insufficient_authorization"
    /// RFC 9470 section 3.
    case insufficientUserAuthentication = "insufficient_user_authentication"
    case temporarilyUnavailable = "temporarily_unavailable"
    case serverError = "server_error"
    /// RFC 7009 section 2.2.1.
    case unsupportedTokenType = "unsupported_token_type"
  }

  public let code: Code
  /// For the developer who reads the answer: no secret, no fiscal code, no internal text.
  public let description: String
  /// For the log only.
  public let reason: String?
  /// Seconds, where trying again later helps.
  public let retryAfter: Int?

  public init(_ code: Code, _ description: String, reason: String? = nil, retryAfter: Int? = nil) {
    self.code = code
    self.description = description
    self.reason = reason
    self.retryAfter = retryAfter
  }

  /// The store is away: nothing was done, and trying again is right.
  public static func unavailable(_ reason: String) -> OAuthError {
    OAuthError(.temporarilyUnavailable, "try again in a few seconds", reason: reason, retryAfter: 2)
  }
}
