public import AccessModel
public import AuthenticatorKit
public import BrokerCore
public import BrokerStore

/// A PIN as it was issued: shown once and known to nobody afterwards.
public struct IssuedPIN: Sendable, Equatable {
  public let credential: CredentialID
  public let grade: CredentialGrade
  /// 16 characters.
  public let secret: Secret

  /// For paper and screens: `AAAA-BBBB-CCCC-DDDD`. Hyphens are dropped again when the PIN is typed.
  public var display: Secret {
    let bytes = secret.bytes
    let groups = stride(from: 0, to: bytes.count, by: 4).map { bytes[$0..<min($0 + 4, bytes.count)] }
    return Secret(Array(groups.joined(separator: [0x2D])))
  }
}

/// How a change ended.
public enum ChangeOutcome: Sendable, Equatable {
  /// Since when the PIN is the new one: the time of the authentication that the change was.
  case changed(at: Instant)
  case refused(PINRefusal)
}

/// What staff at a counter may see of a PIN.
public struct PINStatus: Sendable, Equatable {
  public let credential: CredentialID
  public let grade: CredentialGrade
  public let form: PINForm
  public let verdict: PINVerdict
  public let createdAt: Instant
  public let changedAt: Instant?
  public let lastUsedAt: Instant?
  public let pepperID: String
  /// Failures by bucket; the bucket `shared` is everybody's whose device is not known.
  public let attempts: [AttemptStanding]
}

extension StoredPIN {
  /// What the policy judges by.
  func facts(of citizen: Citizen) -> PINFacts {
    PINFacts(
      form: form, createdAt: createdAt, changedAt: changedAt, lastUsedAt: lastUsedAt, profiles: citizen.profiles)
  }
}

extension Citizen {
  /// What must not show in the citizen's PIN.
  var pinOwner: PINOwner { PINOwner(fiscalCode: fiscalCode, givenName: givenName, familyName: familyName) }
}
