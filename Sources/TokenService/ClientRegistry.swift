import AccessModel
public import AuthenticatorKit
public import BrokerStore
import Foundation
public import Sealing

/// Adds, finds and removes clients.
public struct ClientRegistry: Sendable {
  private let store: ClientStore
  private let secrets: KeyedHash
  private let world: World

  /// - Parameter secrets: the ring of purpose `client-secret`.
  public init(store: ClientStore, secrets: KeyRing, world: World) {
    self.store = store
    self.secrets = KeyedHash(secrets, purpose: "client secret")
    self.world = world
  }

  public func client(_ id: String) async throws(StoreError) -> Client? {
    guard id.utf8.count <= 128, let stored = try await store.client(id) else { return nil }
    return try Client(stored)
  }

  public func clients() async throws(StoreError) -> [Client] {
    var clients: [Client] = []
    for stored in try await store.clients() { clients.append(try Client(stored)) }
    return clients
  }

  /// Adds a client.
  /// - Returns: its secret, generated (256 bits) and shown this once; nil for `private_key_jwt`.
  /// - Throws: ``StoreError/conflict`` if the id is taken.
  public func add(
    id: String, _ document: ClientDocument, by actor: AuditActor
  ) async throws(StoreError) -> Secret? {
    let secret = document.method == .privateKeyJWT ? nil : Secret(Base64.urlEncode(world.random(32)))
    try await add(id: id, document, secret: secret, by: actor)
    return secret
  }

  /// Adds a client whose secret somebody else has generated, such as the demo.
  public func add(id: String, _ document: ClientDocument, secret: Secret?, by actor: AuditActor)
    async throws(StoreError)
  {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let json = try? encoder.encode(document) else { throw .corrupt("the client's document cannot be written") }
    let keyID = secrets.keyID
    let sealed: SealedValue?
    do {
      sealed = try secret.map { SealedValue(keyID: keyID, bytes: try secrets.tag($0.bytes, keyID: keyID)) }
    } catch { throw .corrupt("\(error)") }
    let now = world.now()
    try await store.add(
      StoredClient(id: id, document: String(decoding: json, as: UTF8.self), secret: sealed), at: now,
      audit: AuditEntry(.clientAdded, by: actor, ["client": id], at: now))
  }

  /// - Throws: ``StoreError/notFound``.
  public func remove(_ id: String, by actor: AuditActor) async throws(StoreError) {
    let now = world.now()
    try await store.remove(id, at: now, audit: AuditEntry(.clientRemoved, by: actor, ["client": id], at: now))
  }

  /// Whether a secret is the client's, in constant time.
  func matches(_ secret: Secret, _ client: Client) -> Bool {
    guard let sealed = client.secret, let tag = try? secrets.tag(secret.bytes, keyID: sealed.keyID) else {
      return false
    }
    return constantTimeEqual(tag, sealed.tag)
  }
}

extension ClientRegistry {
  /// Whether a text is a JWKS of public keys, each with a `kid`: what `private_key_jwt` needs.
  public static func isPublicKeySet(_ text: String) -> Bool {
    struct Key: Decodable {
      let kid: String
      let kty: String
      let d: String?
      let k: String?
    }
    struct KeySet: Decodable { let keys: [Key] }
    guard let set = try? JSONDecoder().decode(KeySet.self, from: Data(text.utf8)), !set.keys.isEmpty else {
      return false
    }
    return set.keys.allSatisfy { ["EC", "RSA"].contains($0.kty) && $0.d == nil && $0.k == nil }
  }
}
