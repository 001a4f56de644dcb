import AccessModel
import Crypto
import CryptoExtras
import JWTKit
import ScopeGuard
import Synchronization
import Testing

/// A clock that stands still until it is told to go on.
final class ManualClock: Sendable {
  private let time = Mutex(Instant(seconds: 1_800_000_000))

  var now: Instant { time.withLock { $0 } }

  func advance(_ span: TimeSpan) { time.withLock { $0 = $0 + span } }
}

/// A signing key with its name in the key set.
struct TestKey: Sendable {
  let id: String
  let algorithm: any JWTAlgorithm
  let jwk: String
  let pem: String

  static func es256(_ id: String) async throws -> TestKey {
    let key = ES256PrivateKey()
    let parameters = try #require(key.publicKey.parameters)
    let algorithm = try await JWTKeyCollection().add(ecdsa: key).getKey()
    return TestKey(
      id: id, algorithm: algorithm,
      jwk: """
        {"kty":"EC","crv":"P-256","kid":"\(id)","use":"sig","alg":"ES256",
         "x":"\(urlSafe(parameters.x))","y":"\(urlSafe(parameters.y))"}
        """, pem: key.publicKey.pemRepresentation)
  }

  static func rs256(_ id: String) async throws -> TestKey {
    let key = try Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
    let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
    let algorithm = try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256).getKey()
    return TestKey(
      id: id, algorithm: algorithm,
      jwk: """
        {"kty":"RSA","kid":"\(id)","alg":"RS256",
         "n":"\(base64URL(Array(modulus)))","e":"\(base64URL(Array(exponent)))"}
        """, pem: key.publicKey.pemRepresentation)
  }

  private static func urlSafe(_ base64: String) -> String {
    String(base64.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
  }
}

/// The broker as a service sees it: a key set that may change, count its visitors, or be down.
final class TestBroker: Sendable {
  private struct State {
    var keys: [TestKey] = []
    var isDown = false
    var fetches = 0
    var gate: AsyncStream<Void>?
  }

  struct Down: Error {}

  static let issuer = "https://varco.test"
  static let resource = "https://portal.test"

  let clock = ManualClock()
  private let state = Mutex(State())

  init(_ keys: TestKey...) { state.withLock { $0.keys = keys } }

  var fetches: Int { state.withLock { $0.fetches } }

  func publish(_ keys: TestKey...) { state.withLock { $0.keys = keys } }
  func goDown() { state.withLock { $0.isDown = true } }
  func comeBack() { state.withLock { $0.isDown = false } }

  /// Makes every fetch wait until the stream ends.
  func hold(until gate: AsyncStream<Void>?) { state.withLock { $0.gate = gate } }

  func fetch() async throws -> [UInt8] {
    let gate = state.withLock { state in
      state.fetches += 1
      return state.gate
    }
    if let gate { for await _ in gate {} }
    return try state.withLock { state in
      guard !state.isDown else { throw Down() }
      return Array("{\"keys\":[\(state.keys.map(\.jwk).joined(separator: ","))]}".utf8)
    }
  }

  func cache(staleLimit: TimeSpan = .hours(24)) -> JWKSCache {
    JWKSCache(staleLimit: staleLimit, now: { self.clock.now }, fetch: { try await self.fetch() })
  }

  func verifier(stepUp: StepUp = StepUp(acrValues: ["https://varco.test/acr/dispositivo"])) -> TokenVerifier {
    verifier(cache(), stepUp: stepUp)
  }

  func verifier(_ cache: JWKSCache, stepUp: StepUp = StepUp()) -> TokenVerifier {
    TokenVerifier(
      issuer: TestBroker.issuer, resource: TestBroker.resource, keys: cache, stepUp: stepUp, now: { self.clock.now })
  }
}
