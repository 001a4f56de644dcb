import JWTKit

/// The claims of an access token (RFC 9068 section 2.2).
struct AccessTokenClaims: JWTPayload, Equatable {
  static let type = "at+jwt"

  let iss: String
  let sub: String
  /// One audience, never a list.
  let aud: String
  let exp: Int64
  let iat: Int64
  let jti: String
  let clientID: String
  let scope: String
  let authTime: Int64?
  let acr: String?
  let amr: [String]?

  enum CodingKeys: String, CodingKey {
    case iss, sub, aud, exp, iat, jti, scope, acr, amr
    case clientID = "client_id"
    case authTime = "auth_time"
  }

  /// Times are judged by the caller, with its own clock.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}
