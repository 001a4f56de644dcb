import AccessModel
import BrokerCore
import HTTPTypes
import Hummingbird

/// The refusals of forward-auth: 401 or 403 and never a redirect, because an API cannot follow one.
enum ForwardAuthAnswer {
  /// No error code where there was no token (RFC 6750 section 3.1).
  static var tokenMissing: Response {
    Problem(.unauthorized, "token-missing", detail: "send an access token as Authorization: Bearer")
      .response([.wwwAuthenticate: "Bearer realm=\"varco\""])
  }

  static var tokenInvalid: Response {
    Problem(.unauthorized, "token-invalid", detail: "the access token is expired, revoked or not for this service")
      .response([.wwwAuthenticate: "Bearer realm=\"varco\", error=\"invalid_token\""])
  }

  static var unknownHost: Response {
    Problem(
      .forbidden, "unknown-host",
      detail: "no resource of the catalogue has this host, or the proxy is not among the configured ones"
    ).response()
  }

  /// A good token with too little: RFC 9470 where another login would help, RFC 6750 `insufficient_scope` elsewhere.
  ///
  /// - Parameter demand: nil where the catalogue does not know it; a made-up name is not repeated, it may be a citizen's.
  static func refused(_ refusal: AccessRefusal, _ demand: ServiceScope?) -> Response {
    let words = RefusalWords.text(refusal)
    guard let enough = refusal.enough else {
      var problem = Problem(.forbidden, "insufficient-scope", detail: words)
      problem.reason = refusal.reason.rawValue
      problem.scope = demand?.description
      let challenge = "Bearer realm=\"varco\", error=\"insufficient_scope\"\(parameter(demand))"
      return problem.response([.wwwAuthenticate: challenge])
    }
    var problem = Problem(.unauthorized, "insufficient-user-authentication", detail: words)
    problem.reason = refusal.reason.rawValue
    problem.scope = demand?.description
    problem.acrValues = enough.acrValues
    problem.maxAge = enough.maxAge
    var challenge = "Bearer realm=\"varco\", error=\"insufficient_user_authentication\"\(parameter(demand))"
    challenge += ", acr_values=\"\(enough.acrValues.joined(separator: " "))\""
    if let maxAge = enough.maxAge { challenge += ", max_age=\"\(maxAge)\"" }
    return problem.response([.wwwAuthenticate: challenge])
  }

  private static func parameter(_ scope: ServiceScope?) -> String { scope.map { ", scope=\"\($0)\"" } ?? "" }
}
