import AccessModel
import JWTKit

/// A token in the making: right in everything until a test spoils something.
struct TestToken {
  /// Members of the header as JSON texts.
  var header: [String: String]
  /// Claims as JSON texts.
  var claims: [String: String]

  init(scope: String, kid: String, algorithm: String = "ES256", now: Instant) {
    header = ["typ": "\"at+jwt\"", "alg": "\"\(algorithm)\"", "kid": "\"\(kid)\""]
    claims = [
      "iss": "\"\(TestBroker.issuer)\"", "aud": "\"\(TestBroker.resource)\"", "sub": "\"pairwise-4711\"",
      "client_id": "\"portal-app\"", "jti": "\"jti-1\"", "scope": "\"\(scope)\"",
      "iat": "\(now.seconds)", "exp": "\(now.seconds + 300)", "auth_time": "\(now.seconds - 60)",
      "acr": "\"https://varco.test/acr/dispositivo\"", "amr": "[\"pin\"]",
    ]
  }

  func signed(by key: TestKey) throws -> String { try signed(by: key.algorithm) }

  func signed(by algorithm: any JWTAlgorithm) throws -> String {
    let input = unsigned
    return try input + "." + base64URL(algorithm.sign(Array(input.utf8)))
  }

  /// Header and claims, without the last dot.
  var unsigned: String { base64URL(Array(json(header).utf8)) + "." + base64URL(Array(json(claims).utf8)) }

  private func json(_ members: [String: String]) -> String {
    "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
  }
}

func base64URL(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
  var text = ""
  var buffer: UInt32 = 0
  var bits = 0
  for byte in bytes {
    buffer = buffer << 8 | UInt32(byte)
    bits += 8
    while bits >= 6 {
      bits -= 6
      text.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
    }
    buffer &= (1 << UInt32(bits)) - 1
  }
  if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
  return text
}
