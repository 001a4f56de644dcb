public import AuthenticatorKit
public import BrokerStore
import Sealing

/// What a rotation of the pepper did.
public struct PepperRotation: Sendable, Equatable {
  /// PINs that are under the current pepper now and were not before.
  public internal(set) var resealed = 0
  /// PINs whose seal is broken: changed or copied rows. They are left as they are and let nobody in.
  public internal(set) var broken: [CredentialID] = []
}

extension PINService {
  /// Seals every active PIN under the current pepper, without anybody logging in (safety sentence 4).
  ///
  /// Works in small transactions and begins where the last run stopped, because what is done already does not turn up
  /// again: it can be killed and started again at any time, and run beside logins.
  /// - Parameter batch: PINs in one transaction, 1 to 1,000.
  /// - Throws: ``PINError/unknownPepper(_:)`` if a pepper that is still needed is missing.
  public func rotatePepper(by actor: AuditActor, batch: Int = 200) async throws(PINError) -> PepperRotation {
    var rotation = PepperRotation()
    var last: CredentialID?
    repeat {
      let found: [StoredPIN]
      do {
        found = try await pins.pins(notSealedUnder: seal.keyID, after: last, limit: batch)
      } catch {
        throw PINError(error)
      }
      last = found.last?.id
      try await reseal(found, by: actor, &rotation)
    } while last != nil
    return rotation
  }

  private func reseal(
    _ found: [StoredPIN], by actor: AuditActor, _ rotation: inout PepperRotation
  ) async throws(PINError) {
    var seals: [(pin: StoredPIN, sealed: SealedValue)] = []
    for pin in found {
      do {
        seals.append((pin, try seal.reseal(pin)))
      } catch SealingError.unauthentic {
        rotation.broken.append(pin.id)
      } catch {
        throw PINError(error, of: pin.id)
      }
    }
    guard !seals.isEmpty else { return }
    let audit = AuditEntry(
      .keyRotated, by: actor, ["purpose": "pepper", "to": seal.keyID, "pins": String(seals.count)], at: world.now())
    do {
      rotation.resealed += try await pins.reseal(seals, audit: audit)
    } catch {
      throw PINError(error)
    }
  }
}
