public import AuthenticatorKit
public import Sealing

/// The symmetric keys that the broker makes for itself and keeps in the store, sealed under the key-encryption key.
public enum KeyPurpose: String, Sendable, CaseIterable {
  /// Authenticates the audit chain.
  case audit
  /// Makes the pseudonyms that stand for citizens in the audit log and in modules' keys.
  case pseudonym
  /// Makes pairwise `sub` values; never rotated, because a service knows its citizens by them.
  case subject
  /// Keeps client secrets.
  case clientSecret = "client-secret"

  /// Which command rotates it; nil where rotation would change what services see.
  public var canRotate: Bool { self != .subject }
}

/// Loads and makes symmetric keys.
public struct KeyChest: Sendable {
  private let sealer: Sealer
  private let world: World

  /// - Parameter keyEncryptionKeys: from a file or the environment, never from the store.
  public init(keyEncryptionKeys: KeyRing, world: World) {
    sealer = Sealer(keyEncryptionKeys, purpose: "stored key")
    self.world = world
  }

  /// A new key, sealed, not stored yet.
  public func make(_ purpose: KeyPurpose, state: StoredKey.State = .current) throws(SealingError) -> StoredKey {
    let id = KeyChest.newID(world)
    let sealed = try seal(world.random(32), purpose: purpose.rawValue, id: id)
    return StoredKey(
      purpose: purpose.rawValue, id: id, algorithm: "HS256", publicPart: "", sealed: sealed, state: state,
      createdAt: world.now())
  }

  /// A short random id, sortable by nothing and telling nothing.
  public static func newID(_ world: World) -> String {
    let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
    return String(decoding: world.random(10).map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
  }

  public func seal(_ key: [UInt8], purpose: String, id: String) throws(SealingError) -> SealedValue {
    try sealer.seal(key, context: StoredKey.context(purpose: purpose, id: id))
  }

  public func open(_ key: StoredKey) throws(SealingError) -> Secret {
    try sealer.open(key.sealed, context: StoredKey.context(purpose: key.purpose, id: key.id))
  }

  /// The ring of some stored keys, the current one first.
  public func ring(_ keys: [StoredKey]) throws(SealingError) -> KeyRing {
    var opened: [(id: String, key: Secret)] = []
    for key in keys.sorted(by: { ($0.state == .current ? 0 : 1) < ($1.state == .current ? 0 : 1) }) {
      opened.append((key.id, try open(key)))
    }
    return try KeyRing(opened)
  }
}
