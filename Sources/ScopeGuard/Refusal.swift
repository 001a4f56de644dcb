public import AccessModel

/// Why a request is refused, and what would be enough (rule R8). Holds nothing of the token.
public struct Refusal: Sendable, Hashable {
  /// The code on the wire: RFC 6750 section 3.1 and RFC 9470 section 3.
  public enum Code: String, Sendable, Hashable {
    /// No token at all: the challenge carries no error code (RFC 6750 section 3).
    case missingToken = "missing_token"
    case invalidRequest = "invalid_request"
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    case insufficientUserAuthentication = "insufficient_user_authentication"
  }

  /// The finding, stable and fit for a log field.
  public enum Reason: String, Sendable, Hashable {
    case noToken = "no_token"
    case manyAuthorizations = "many_authorizations"
    case malformedAuthorization = "malformed_authorization"
    case oversize
    case malformed
    case wrongType = "wrong_type"
    case wrongAlgorithm = "wrong_algorithm"
    case unknownKey = "unknown_key"
    case badSignature = "bad_signature"
    case wrongIssuer = "wrong_issuer"
    case wrongAudience = "wrong_audience"
    case senderConstrained = "sender_constrained"
    case expired
    case notYetValid = "not_yet_valid"
    case scopeMissing = "scope_missing"
    case consultationOnly = "consultation_only"
    case authenticationTooOld = "authentication_too_old"
  }

  public let reason: Reason
  /// The scope that was asked for.
  public let scope: ServiceScope
  /// Values of `acr`, any of which would be enough; only for ``Code/insufficientUserAuthentication``.
  public let acrValues: [String]
  /// How old the authentication may be; only for ``Code/insufficientUserAuthentication``.
  public let maxAge: TimeSpan?

  init(_ reason: Reason, scope: ServiceScope, acrValues: [String] = [], maxAge: TimeSpan? = nil) {
    self.reason = reason
    self.scope = scope
    self.acrValues = acrValues
    self.maxAge = maxAge
  }

  public var code: Code {
    switch reason {
    case .noToken: .missingToken
    case .manyAuthorizations, .malformedAuthorization: .invalidRequest
    case .scopeMissing: .insufficientScope
    case .consultationOnly, .authenticationTooOld: .insufficientUserAuthentication
    default: .invalidToken
    }
  }
}
