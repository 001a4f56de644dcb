import JWTKit

/// A broker's public keys (RFC 7517 section 5), ready to check signatures with.
struct VerificationKeys: Sendable {
  private let keys: [String: Key]

  private struct Key: Sendable {
    let algorithm: SignatureAlgorithm
    let verifier: any JWTAlgorithm
  }

  /// Reads a key set. Keys that are not for us (another type, use or curve, no `kid`) are passed over, as
  /// RFC 7517 section 5 asks.
  /// - Throws: ``JSONError`` if it is no key set or holds no key that we can use.
  init(jwks bytes: [UInt8]) async throws(JSONError) {
    guard let members = try JSONValue(parsing: bytes).object?["keys"]?.array else { throw JSONError() }
    var keys: [String: Key] = [:]
    for member in members.prefix(100) {
      guard let object = member.object, let keyID = object["kid"]?.string else { continue }
      if let key = await VerificationKeys.key(object) { keys[keyID] = key }
    }
    guard !keys.isEmpty else { throw JSONError() }
    self.keys = keys
  }

  func contains(_ keyID: String) -> Bool { keys[keyID] != nil }

  /// Whether the key of that name made the signature. The key says which algorithm is right, not the token.
  func confirm(_ token: TokenParts) -> Bool {
    guard let key = keys[token.keyID], key.algorithm == token.algorithm else { return false }
    return (try? key.verifier.verify(token.signature, signs: token.signingInput)) ?? false
  }

  private static func key(_ object: [String: JSONValue]) async -> Key? {
    guard object["use"]?.string ?? "sig" == "sig" else { return nil }
    let collection = JWTKeyCollection()
    let algorithm: SignatureAlgorithm
    switch object["kty"]?.string {
    case "EC" where object["crv"]?.string == "P-256":
      guard let x = object["x"]?.string, let y = object["y"]?.string,
        let key = try? ES256PublicKey(parameters: (x: x, y: y))
      else { return nil }
      await collection.add(ecdsa: key)
      algorithm = .es256
    case "RSA":
      guard let modulus = object["n"]?.string, let exponent = object["e"]?.string,
        let key = try? Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent)
      else { return nil }
      await collection.add(rsa: key, digestAlgorithm: .sha256)
      algorithm = .rs256
    default: return nil
    }
    guard object["alg"]?.string ?? algorithm.rawValue == algorithm.rawValue else { return nil }
    guard let verifier = try? await collection.getKey() else { return nil }
    return Key(algorithm: algorithm, verifier: verifier)
  }
}
