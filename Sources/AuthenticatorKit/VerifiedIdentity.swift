public import AccessModel

/// Who somebody has proven to be.
public struct VerifiedIdentity: Sendable, Equatable {
  public enum Subject: Sendable, Equatable {
    /// Only instances configured with `asserts_fiscal_code: true` may say this; from others it is a denial.
    case fiscalCode(FiscalCode)
    /// A name of the module's own, which a link turns into a citizen.
    case local(String)
  }

  public let subject: Subject
  /// The credential that the login rests on, so that its revocation can end what rests on it (rule R12).
  public let credential: CredentialID?
  /// What must happen to the credential before the login is worth anything.
  public let upkeep: CredentialUpkeep

  public init(subject: Subject, credential: CredentialID? = nil, upkeep: CredentialUpkeep = .none) {
    self.subject = subject
    self.credential = credential
    self.upkeep = upkeep
  }
}

/// The identifier of one PIN in the store.
public struct CredentialID: TextIdentifier {
  public let description: String
  public init(_ text: String) { description = text }
}

/// What the host must see to before a right credential opens a session.
public enum CredentialUpkeep: String, Sendable, Equatable {
  case none
  /// The PIN is as it was issued, or its time is over: it has to be changed now.
  case changeRequired
}

/// Why somebody was not let in. The raw value goes to the audit log and never to the person, unless
/// ``isRevealable``.
public enum Denial: String, Sendable, Equatable {
  /// Unknown citizen or wrong secret: nobody can tell which (rule R9).
  case badCredentials
  /// Too many failures; from outside the same as ``badCredentials``.
  case locked
  /// The credential is right and its grade is too low for this module.
  case gradeTooLow
  /// The person has not set this method up.
  case notEnrolled
  /// The person gave up.
  case cancelled
  /// The module answered with somebody else than the one who is signed in.
  case anotherPerson
  /// The module answered with something that it may not say.
  case notAllowed
  /// The module failed, hung or lied (safety sentence 8).
  case moduleFault

  /// Whether the reason may be told: only where a right credential has been shown first (rule R9).
  public var isRevealable: Bool { self == .gradeTooLow || self == .notEnrolled || self == .cancelled }
}
