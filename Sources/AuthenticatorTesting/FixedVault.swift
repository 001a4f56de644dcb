public import AccessModel
public import AuthenticatorKit
import Synchronization

/// A PIN as a ``FixedVault`` knows it.
public struct FixedPIN: Sendable, Equatable {
  public let secret: Secret
  public let grade: CredentialGrade
  public let upkeep: CredentialUpkeep
  public let credential: CredentialID

  /// - Parameter text: the PIN in the form in which modules hand it over: upper case, without spaces and hyphens.
  public init(
    _ text: String, grade: CredentialGrade = .ordinario, upkeep: CredentialUpkeep = .none,
    credential: CredentialID = CredentialID("pin-1")
  ) {
    secret = Secret(text)
    self.grade = grade
    self.upkeep = upkeep
    self.credential = credential
  }
}

/// A vault with PINs that a test writes down. It counts nothing and locks nobody by itself: ``lock(_:)`` does.
public final class FixedVault: CredentialVault {
  /// One question that a module asked.
  public struct Check: Sendable, Equatable {
    public let secret: Secret
    public let subject: FiscalCode
    public let attempt: AttemptContext
  }

  private struct Content {
    var pins: [FiscalCode: FixedPIN]
    var locked: Set<FiscalCode> = []
    var fault: AuthenticatorFault?
    var checks: [Check] = []
  }

  private let content: Mutex<Content>

  public init(_ pins: [FiscalCode: FixedPIN] = [:]) { content = Mutex(Content(pins: pins)) }

  /// Gives a citizen another PIN; nil takes it away.
  public func set(_ pin: FixedPIN?, for subject: FiscalCode) { content.withLock { $0.pins[subject] = pin } }

  /// Answers `locked` for this citizen from now on, whatever the secret.
  public func lock(_ subject: FiscalCode) { content.withLock { _ = $0.locked.insert(subject) } }
  public func unlock(_ subject: FiscalCode) { content.withLock { _ = $0.locked.remove(subject) } }

  /// Throws this fault at every check from now on; nil ends the outage.
  public func fail(with fault: AuthenticatorFault?) { content.withLock { $0.fault = fault } }

  /// Every question asked so far, in order.
  public var checks: [Check] { content.withLock { $0.checks } }

  public func check(
    _ secret: Secret, of subject: FiscalCode, attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> VaultVerdict {
    let answer: Result<VaultVerdict, AuthenticatorFault> = content.withLock { content in
      content.checks.append(Check(secret: secret, subject: subject, attempt: attempt))
      if let fault = content.fault { return .failure(fault) }
      guard !content.locked.contains(subject) else { return .success(.locked) }
      guard let pin = content.pins[subject], pin.secret == secret else { return .success(.differs) }
      return .success(.matches(credential: pin.credential, grade: pin.grade, upkeep: pin.upkeep))
    }
    return try answer.get()
  }
}
