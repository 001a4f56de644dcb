public import AuthenticatorKit
import Crypto

/// Seals values with AES-256-GCM for one purpose, under a key of a ring.
///
/// The key is derived per purpose (HKDF, RFC 5869), and the caller's context is authenticated: a value copied to
/// another row, purpose or citizen does not open (safety sentence 4).
public struct Sealer: Sendable {
  private let ring: KeyRing
  private let purpose: String

  /// - Parameter purpose: a constant name, such as `module-state`.
  public init(_ ring: KeyRing, purpose: String) {
    self.ring = ring
    self.purpose = purpose
  }

  /// The id of the key that ``seal(_:context:)`` uses.
  public var keyID: String { ring.currentID }

  /// - Parameter context: where the value belongs, such as its table and row id.
  public func seal(_ plaintext: some Sequence<UInt8>, context: String) throws(SealingError) -> SealedValue {
    let id = ring.currentID
    let key = try symmetricKey(id)
    guard
      let box = try? AES.GCM.seal(Array(plaintext), using: key, authenticating: Array(context.utf8)),
      let combined = box.combined
    else { throw .unauthentic }
    return SealedValue(keyID: id, bytes: Array(combined))
  }

  /// - Throws: ``SealingError/unknownKey(_:)`` or ``SealingError/unauthentic``.
  public func open(_ value: SealedValue, context: String) throws(SealingError) -> Secret {
    let key = try symmetricKey(value.keyID)
    guard
      let box = try? AES.GCM.SealedBox(combined: value.bytes),
      let plaintext = try? AES.GCM.open(box, using: key, authenticating: Array(context.utf8))
    else { throw .unauthentic }
    return Secret(plaintext)
  }

  private func symmetricKey(_ id: String) throws(SealingError) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: try ring.key(id).bytes), info: Array("varco \(purpose)".utf8),
      outputByteCount: 32)
  }
}

/// Ciphertext with the id of its key: nonce, content, tag.
public struct SealedValue: Sendable, Equatable {
  public let keyID: String
  public let bytes: [UInt8]

  public init(keyID: String, bytes: [UInt8]) {
    self.keyID = keyID
    self.bytes = bytes
  }
}
