import AuthenticatorKit
import BrokerStore
import Crypto
import CryptoExtras
import Foundation
import JWTKit
import Sealing

extension SigningKeys {
  func make(_ algorithm: SigningAlgorithm, state: StoredKey.State) throws -> StoredKey {
    let id = KeyChest.newID(world)
    let (pem, jwk) = try SigningKeys.generate(algorithm, id: id)
    return StoredKey(
      purpose: SigningKeys.purpose, id: id, algorithm: algorithm.rawValue, publicPart: jwk,
      sealed: try chest.seal(Array(pem.utf8), purpose: SigningKeys.purpose, id: id), state: state,
      createdAt: world.now())
  }

  private static func generate(_ algorithm: SigningAlgorithm, id: String) throws -> (pem: String, jwk: String) {
    switch algorithm {
    case .es256:
      let key = P256.Signing.PrivateKey()
      let point = Array(key.publicKey.rawRepresentation)
      let jwk = """
        {"kty":"EC","use":"sig","alg":"ES256","crv":"P-256","kid":"\(id)",\
        "x":"\(Base64.urlEncode(point.prefix(32)))","y":"\(Base64.urlEncode(point.suffix(32)))"}
        """
      return (key.pemRepresentation, jwk)
    case .rs256:
      let key = try _RSA.Signing.PrivateKey(keySize: .bits3072)
      let primitives = try key.publicKey.getKeyPrimitives()
      let jwk = """
        {"kty":"RSA","use":"sig","alg":"RS256","kid":"\(id)",\
        "n":"\(Base64.urlEncode(primitives.modulus))","e":"\(Base64.urlEncode(primitives.publicExponent))"}
        """
      return (key.pemRepresentation, jwk)
    }
  }

  static func add(_ key: StoredKey, secret: Secret, to keys: JWTKeyCollection) async throws {
    let pem = secret.utf8Text ?? ""
    let kid = JWKIdentifier(string: key.id)
    switch SigningAlgorithm(rawValue: key.algorithm) {
    case .es256: await keys.add(ecdsa: try ES256PrivateKey(pem: pem), kid: kid)
    case .rs256: await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: pem), digestAlgorithm: .sha256, kid: kid)
    case nil: throw StoreError.corrupt("a signing key of an unknown algorithm")
    }
  }
}
