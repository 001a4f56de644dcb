import AuthenticatorKit
import Crypto

/// HMAC-SHA-256 for one purpose under the keys of a ring: pseudonyms, client secrets, the audit chain.
public struct KeyedHash: Sendable {
  private let ring: KeyRing
  private let purpose: String

  public init(_ ring: KeyRing, purpose: String) {
    self.ring = ring
    self.purpose = purpose
  }

  public var keyID: String { ring.currentID }
  public var keyIDs: [String] { ring.ids }

  /// The tag under the current key.
  public func tag(_ message: some Sequence<UInt8>) -> [UInt8] {
    // The current key is in the ring by construction.
    (try? tag(message, keyID: ring.currentID)) ?? []
  }

  /// The tag under a named key, to check a value that was made before a rotation.
  public func tag(_ message: some Sequence<UInt8>, keyID: String) throws(SealingError) -> [UInt8] {
    var mac = HMAC<SHA256>(key: SymmetricKey(data: try ring.key(keyID).bytes))
    mac.update(data: Array("varco \(purpose)\u{0}".utf8))
    mac.update(data: Array(message))
    return Array(mac.finalize())
  }
}

/// SHA-256 for values that are random already: codes, refresh tokens, cookies.
public enum TokenHash {
  public static func of(_ text: some StringProtocol) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

/// Compares two tags in constant time.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { Secret(left) == Secret(right) }
