import AccessModel
public import AuthenticatorKit
public import BrokerStore
import Crypto
import CryptoExtras
import Foundation
import JWTKit
import Sealing
import Synchronization

/// The algorithms that tokens can be signed with.
public enum SigningAlgorithm: String, Sendable, CaseIterable {
  case es256 = "ES256"
  case rs256 = "RS256"
}

/// The signing keys in use, loaded from the store and opened with the key-encryption key.
///
/// A reload swaps the whole set; nobody waits for anybody.
public final class SigningKeys: Sendable {
  /// The purpose under which the store keeps them.
  public static let purpose = "signing"
  private let store: KeyStore
  let chest: KeyChest
  let world: World
  private let loaded = Mutex<Loaded?>(nil)

  private struct Loaded: Sendable {
    let keys: JWTKeyCollection
    let current: JWKIdentifier
    let keySet: String
  }

  public init(store: KeyStore, chest: KeyChest, world: World) {
    self.store = store
    self.chest = chest
    self.world = world
  }

  /// Loads the keys, and makes the first two (current and next) where there are none.
  /// - Throws: ``OpeningError`` if the store is away or a key does not open.
  public func load(algorithm: SigningAlgorithm) async throws(OpeningError) {
    do {
      if try await store.keys(for: SigningKeys.purpose).isEmpty { try await found(algorithm) }
      try await reload()
    } catch {
      throw SigningKeys.opening(error)
    }
  }

  /// Takes up what another process has rotated.
  public func reload() async throws(OpeningError) {
    do {
      let now = world.now()
      let stored = try await store.keys(for: SigningKeys.purpose)
        .filter { $0.state != .previous || ($0.retiresAt.map { now < $0 } ?? true) }
      guard let current = stored.first(where: { $0.state == .current }) else {
        throw StoreError.corrupt("there is no current signing key")
      }
      let keys = JWTKeyCollection()
      for key in stored { try await SigningKeys.add(key, secret: try chest.open(key), to: keys) }
      let keySet = "{\"keys\":[\(stored.map(\.publicPart).joined(separator: ","))]}"
      let fresh = Loaded(keys: keys, current: JWKIdentifier(string: current.id), keySet: keySet)
      loaded.withLock { $0 = fresh }
    } catch {
      throw SigningKeys.opening(error)
    }
  }

  /// The public keys as a JWKS (RFC 7517 section 5): current, next, and previous until its last token has expired.
  public var keySet: String { loaded.withLock { $0?.keySet } ?? "{\"keys\":[]}" }

  func sign(_ payload: some JWTPayload, type: String) async throws(OAuthError) -> String {
    guard let loaded = loaded.withLock({ $0 }) else { throw .unavailable("the signing keys are not loaded") }
    do {
      return try await loaded.keys.sign(payload, kid: loaded.current, header: ["typ": .string(type)])
    } catch {
      throw OAuthError(.serverError, "the token could not be signed", reason: "\(Swift.type(of: error))")
    }
  }

  /// The payload, if the signature is by one of our keys.
  func verify<Payload: JWTPayload>(_ token: String, as type: Payload.Type) async -> Payload? {
    guard let loaded = loaded.withLock({ $0 }) else { return nil }
    return try? await loaded.keys.verify(token, as: type)
  }

  /// Puts a new key in: what was next signs now, what signed is still accepted until its last token has expired.
  /// - Returns: the id of the key that signs now.
  public func rotate(algorithm: SigningAlgorithm, by actor: AuditActor) async throws(OpeningError) -> String {
    do {
      let key = try make(algorithm, state: .next)
      let now = world.now()
      try await store.rotate(
        adding: key, retiresAt: now + .minutes(20),
        audit: AuditEntry(.keyRotated, by: actor, ["purpose": SigningKeys.purpose, "added": key.id], at: now))
    } catch {
      throw SigningKeys.opening(error)
    }
    try await reload()
    return loaded.withLock { $0?.current.string } ?? ""
  }

  private func found(_ algorithm: SigningAlgorithm) async throws {
    let keys = [try make(algorithm, state: .current), try make(algorithm, state: .next)]
    let record = AuditEntry(.keyCreated, by: .system, ["purpose": SigningKeys.purpose], at: world.now())
    do {
      try await store.found(keys, audit: record)
    } catch {
      // Another node has just made them; its keys are loaded next.
      guard error == .conflict else { throw error }
    }
  }

  private static func opening(_ error: any Error) -> OpeningError {
    switch error {
    case let error as OpeningError: error
    case let error as StoreError: .store(error)
    case let error as SealingError: .sealing(error)
    default: .sealing(.unauthentic)
    }
  }
}
