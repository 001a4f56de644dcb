import Foundation
import JWTKit
import Sealing

/// The claims of a client assertion (RFC 7523 section 3).
struct ClientAssertion: JWTPayload {
  let iss: String
  let sub: String
  let exp: Int64
  let iat: Int64?
  let jti: String
  let audiences: [String]

  private enum CodingKeys: String, CodingKey {
    case iss, sub, exp, iat, jti
    case audiences = "aud"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    iss = try container.decode(String.self, forKey: .iss)
    sub = try container.decode(String.self, forKey: .sub)
    exp = try container.decode(Int64.self, forKey: .exp)
    iat = try container.decodeIfPresent(Int64.self, forKey: .iat)
    jti = try container.decode(String.self, forKey: .jti)
    if let one = try? container.decode(String.self, forKey: .audiences) {
      audiences = [one]
    } else {
      audiences = try container.decode([String].self, forKey: .audiences)
    }
  }

  /// Everything about time and audience is judged by the authenticator, with its own clock.
  func verify(using algorithm: some JWTAlgorithm) async throws {}

  /// Whose keys to look for. Nothing else is believed before the signature is checked.
  static func claimedIssuer(_ assertion: String) -> String? {
    let parts = assertion.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64.urlDecode(parts[0]), let payload = Base64.urlDecode(parts[1]) else {
      return nil
    }
    struct Header: Decodable { let alg: String }
    struct Payload: Decodable { let iss: String }
    // Asymmetric only: an HMAC with the public key as its secret must not even be tried.
    guard let algorithm = try? JSONDecoder().decode(Header.self, from: Data(header)).alg,
      ["ES256", "ES384", "RS256", "PS256"].contains(algorithm)
    else { return nil }
    return try? JSONDecoder().decode(Payload.self, from: Data(payload)).iss
  }

  static func verify(_ assertion: String, keySet: String) async -> ClientAssertion? {
    let keys = JWTKeyCollection()
    guard (try? await keys.add(jwksJSON: keySet)) != nil else { return nil }
    return try? await keys.verify(assertion, as: ClientAssertion.self, iteratingKeys: true)
  }
}
