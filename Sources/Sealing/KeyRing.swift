public import AuthenticatorKit
import Crypto
import Synchronization

/// Symmetric keys with names: the first seals, all of them open.
///
/// Every sealed or keyed value carries the id of its key, so that keys rotate without a flag day and a missing key is
/// noticed at start rather than at a citizen's login. All copies of a ring are one: ``take(over:)`` reaches everything
/// that was built with it.
public struct KeyRing: Sendable {
  private let storage: Storage

  private final class Storage: Sendable {
    let keys: Mutex<[(id: String, key: Secret)]>
    init(_ keys: [(id: String, key: Secret)]) { self.keys = Mutex(keys) }
  }

  private var keys: [(id: String, key: Secret)] { storage.keys.withLock { $0 } }

  /// - Parameter keys: at least one; each key 32 bytes, each id unique; the first one is the current one.
  public init(_ keys: [(id: String, key: Secret)]) throws(SealingError) {
    guard !keys.isEmpty else { throw .malformedKeyRing("has no key") }
    guard Set(keys.map(\.id)).count == keys.count else { throw .malformedKeyRing("names a key id twice") }
    for (id, key) in keys {
      guard KeyRing.isValid(id) else { throw .malformedKeyRing("has a malformed key id") }
      guard key.count == 32 else { throw .malformedKeyRing("key \(id) has not 32 bytes") }
    }
    storage = Storage(keys)
  }

  /// Takes the keys of another ring into use, as after a rotation by another process.
  public func take(over other: KeyRing) {
    let keys = other.keys
    storage.keys.withLock { $0 = keys }
  }

  /// Parses lines of `id:base64`, the current key first; empty lines and lines beginning with `#` are skipped.
  public init(parsing text: Secret) throws(SealingError) {
    var keys: [(id: String, key: Secret)] = []
    for line in (text.utf8Text ?? "").split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let key = Base64.decode(parts[1]) else {
        throw .malformedKeyRing("line \(keys.count + 1) is not id:base64")
      }
      keys.append((String(parts[0]), Secret(key)))
    }
    try self.init(keys)
  }

  /// The id under which new values are sealed.
  public var currentID: String { keys.first?.id ?? "" }
  public var ids: [String] { keys.map(\.id) }
  public func contains(_ id: String) -> Bool { keys.contains { $0.id == id } }

  /// The lines that ``init(parsing:)`` reads.
  public var text: Secret {
    Secret(keys.map { "\($0.id):\(Base64.encode($0.key.bytes))\n" }.joined())
  }

  /// A ring with a new current key in front of the present ones.
  public func adding(id: String, key: Secret) throws(SealingError) -> KeyRing { try KeyRing([(id, key)] + keys) }

  func key(_ id: String) throws(SealingError) -> Secret {
    guard let found = keys.first(where: { $0.id == id }) else { throw .unknownKey(id) }
    return found.key
  }

  static func isValid(_ id: String) -> Bool {
    !id.isEmpty && id.utf8.count <= 40
      && id.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }
}

/// What can be wrong with a sealed value or its keys. Carries ids, never keys or contents.
public enum SealingError: Error, Sendable, Equatable, CustomStringConvertible {
  case malformedKeyRing(String)
  /// A value names a key that the ring does not have.
  case unknownKey(String)
  /// Changed, copied to another place, or not sealed by us.
  case unauthentic

  public var description: String {
    switch self {
    case .malformedKeyRing(let what): "the key file \(what)"
    case .unknownKey(let id): "there is no key with the id \(id)"
    case .unauthentic: "the sealed value has been changed or moved"
    }
  }
}

extension KeyRing {
  /// A ring that opens nothing and seals nothing, to go on reading a configuration that is in error already.
  public static var unusable: KeyRing { KeyRing(empty: ()) }

  private init(empty: Void) { storage = Storage([]) }
}
