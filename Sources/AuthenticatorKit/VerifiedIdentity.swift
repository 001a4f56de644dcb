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
  /// The highest right of this one login, where it is less than the instance can give; nil for the instance's ceiling.
  public let right: AccessRight?
  /// The assurance of this one login, where it is less than the instance is worth; nil for the instance's.
  public let level: AssuranceLevel?
  /// The one of the module's own contexts that this login ended in; nil for a module that has none.
  public let acr: String?

  public init(
    subject: Subject, credential: CredentialID? = nil, upkeep: CredentialUpkeep = .none, right: AccessRight? = nil,
    level: AssuranceLevel? = nil, acr: String? = nil
  ) {
    self.acr = acr
    self.subject = subject
    self.credential = credential
    self.upkeep = upkeep
    self.right = right
    self.level = level
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
