public import AccessModel
public import AuthenticatorKit
public import BrokerCore
public import Sealing

/// An active PIN as it lies in the store.
public struct StoredPIN: Sendable, Equatable {
  public let id: CredentialID
  public let citizen: CitizenID
  public let grade: CredentialGrade
  public let form: PINForm
  /// The hash of the PIN, sealed under the pepper.
  public let sealed: SealedValue
  /// Grows with each change of the PIN itself, not when its hash is made or sealed anew.
  public let version: Int64
  public let createdAt: Instant
  public let changedAt: Instant?
  public let lastUsedAt: Instant?

  public init(
    id: CredentialID, citizen: CitizenID, grade: CredentialGrade, form: PINForm, sealed: SealedValue,
    version: Int64 = 1, createdAt: Instant, changedAt: Instant? = nil, lastUsedAt: Instant? = nil
  ) {
    self.id = id
    self.citizen = citizen
    self.grade = grade
    self.form = form
    self.sealed = sealed
    self.version = version
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.lastUsedAt = lastUsedAt
  }

  /// Where the sealed hash belongs: a copied row fails (safety sentence 4).
  public var context: String { "pins/\(citizen)/\(id)" }
  /// The subject under which failures are counted; both PIN modules share it.
  public var attemptSubject: String { "pin:\(id)" }
}

/// A citizen with the PIN that they have, if any.
public struct PINHolder: Sendable, Equatable {
  public let citizen: Citizen
  public let pin: StoredPIN?
  /// Whether the device that was named has logged this citizen in before.
  public let knowsDevice: Bool
}
