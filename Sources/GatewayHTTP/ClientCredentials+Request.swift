import AuthenticatorKit
import Hummingbird
import Sealing
import TokenService

extension ClientCredentials {
  private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  /// What a request brings (RFC 6749 section 2.3.1, RFC 7523 section 2.2).
  /// - Throws: ``OAuthError`` `invalid_request` if it brings more than one (RFC 6749 section 2.3).
  init(_ request: Request, _ parameters: OAuthParameters) throws(OAuthError) {
    var found: [ClientCredentials] = []
    if let header = request.headers[.authorization] { found.append(try ClientCredentials.basic(header)) }
    if let secret = parameters["client_secret"] {
      found.append(.secretPost(id: try parameters.require("client_id"), Secret(secret)))
    }
    if let assertion = parameters["client_assertion"] {
      guard parameters["client_assertion_type"] == ClientCredentials.assertionType else {
        throw OAuthError(.invalidRequest, "the client_assertion_type is not \(ClientCredentials.assertionType)")
      }
      found.append(.assertion(assertion, id: parameters["client_id"]))
    }
    guard found.count <= 1 else { throw OAuthError(.invalidRequest, "use one way of client authentication") }
    self = found.first ?? .none
    if case .secretBasic(let id, _) = self, let named = parameters["client_id"], named != id {
      throw OAuthError(.invalidRequest, "client_id and the Authorization header name different clients")
    }
  }

  private static func basic(_ header: String) throws(OAuthError) -> ClientCredentials {
    let parts = header.split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Base64.decode(parts[1]) else {
      throw OAuthError(.invalidClient, "client authentication failed", reason: "malformed Authorization header")
    }
    let halves = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, let id = FormBody.decoded(halves[0]), let secret = FormBody.decoded(halves[1]) else {
      throw OAuthError(.invalidClient, "client authentication failed", reason: "malformed Authorization header")
    }
    return .secretBasic(id: id, Secret(secret))
  }
}
