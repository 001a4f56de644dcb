import AuthenticatorKit
import BrokerStore
import Sealing

/// The pepper: a PIN's hash is sealed under it, bound to the citizen and the PIN (safety sentence 4).
struct PINSeal: Sendable {
  private let sealer: Sealer
  private let peppers: KeyRing

  init(_ peppers: KeyRing) {
    sealer = Sealer(peppers, purpose: "pin")
    self.peppers = peppers
  }

  /// The peppers that we have.
  var keyIDs: Set<String> { Set(peppers.ids) }

  var keyID: String { sealer.keyID }

  func seal(_ hash: PINHash, context: String) throws(SealingError) -> SealedValue {
    try sealer.seal(hash.text.bytes, context: context)
  }

  /// - Throws: ``SealingError``; also for what a pepper of ours sealed and is no hash.
  func open(_ pin: StoredPIN) throws(SealingError) -> PINHash {
    guard let hash = PINHash(parsing: try sealer.open(pin.sealed, context: pin.context)) else { throw .unauthentic }
    return hash
  }

  /// The same content under the current pepper.
  func reseal(_ pin: StoredPIN) throws(SealingError) -> SealedValue {
    try sealer.seal(try sealer.open(pin.sealed, context: pin.context).bytes, context: pin.context)
  }
}
