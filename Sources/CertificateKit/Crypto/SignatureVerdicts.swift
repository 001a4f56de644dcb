import Synchronization

/// Remembers, for one signed object, by which keys it was signed and by which it was not.
///
/// Bounded, so that a hostile bundle cannot make an object that lives long grow.
final class SignatureVerdicts: Sendable {
  private static let maximum = 16
  private let verdicts = Mutex<[[UInt8]: Bool]>([:])

  /// - Parameter key: the issuer's SubjectPublicKeyInfo, whole: two keys are never taken for one.
  func verdict(_ key: PublicKey, verify: () -> Bool) -> Bool {
    if let known = known(key) { return known }
    let verdict = verify()
    verdicts.withLock { known in
      if known.count >= Self.maximum { known.removeAll() }
      known[key.info] = verdict
    }
    return verdict
  }

  /// nil if nobody asked yet.
  func known(_ key: PublicKey) -> Bool? { verdicts.withLock { $0[key.info] } }
}
