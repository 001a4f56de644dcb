import AccessModel
import Crypto
import Foundation
import Sealing

/// The claims of a client assertion, right in everything until a test spoils something.
struct AssertionClaims: Sendable {
  var iss: String
  var sub: String
  var jti = "once"
  var exp: Int64
  var iat: Int64?
  /// As JSON.
  var audience = #""https://varco.test""#

  init(client: String, now: Instant) {
    iss = client
    sub = client
    exp = now.seconds + 60
    iat = now.seconds
  }

  static let spoilers: [@Sendable (inout AssertionClaims) -> Void] = [
    { $0.audience = #""https://another.test""# }, { $0.audience = "[]" }, { $0.audience = #""https://varco.test/""# },
    { $0.sub = "basic" }, { $0.iss = "basic" }, { $0.jti = "" }, { $0.iat = $0.exp }, { $0.audience = "17" },
  ]

  var json: String {
    let issued = iat.map { ",\"iat\":\($0)" } ?? ""
    return """
      {"iss":"\(iss)","sub":"\(sub)","jti":"\(jti.replacing("\"", with: "'"))","exp":\(exp),"aud":\(audience)\(issued)}
      """
  }
}

/// A client's key.
struct AssertionKey: Sendable {
  private let key = P256.Signing.PrivateKey()

  var jwks: String {
    let point = Array(key.publicKey.rawRepresentation)
    return """
      {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"c1",\
      "x":"\(Base64.urlEncode(point.prefix(32)))","y":"\(Base64.urlEncode(point.suffix(32)))"}]}
      """
  }

  /// - Parameter algorithm: what the header says; the signature is ES256 all the same.
  func sign(_ claims: AssertionClaims, algorithm: String = "ES256") throws -> String {
    let text = AssertionKey.text(claims, algorithm: algorithm)
    return "\(text).\(Base64.urlEncode(try key.signature(for: Data(text.utf8)).rawRepresentation))"
  }

  /// An HMAC with the public key as its secret, which everybody knows.
  func signSymmetrically(_ claims: AssertionClaims) -> String {
    let text = AssertionKey.text(claims, algorithm: "HS256")
    let secret = SymmetricKey(data: Data(key.publicKey.pemRepresentation.utf8))
    return "\(text).\(Base64.urlEncode(Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret))))"
  }

  static func text(_ claims: AssertionClaims, algorithm: String) -> String {
    let header = #"{"alg":"\#(algorithm)","typ":"JWT","kid":"c1"}"#
    return "\(Base64.urlEncode(Array(header.utf8))).\(Base64.urlEncode(Array(claims.json.utf8)))"
  }
}
