public import AccessModel

/// Something that happened and must be found again: who did what to whom, and when.
public struct AuditEntry: Sendable, Equatable {
  public let kind: AuditKind
  public let actor: AuditActor
  /// The citizen concerned; stored as a keyed pseudonym, never as a fiscal code.
  public let subject: FiscalCode?
  /// Facts without secrets and without personal data: ids, reasons, counts.
  public let detail: [String: String]
  public let at: Instant

  public init(
    _ kind: AuditKind, by actor: AuditActor, about subject: FiscalCode? = nil, _ detail: [String: String] = [:],
    at: Instant
  ) {
    self.kind = kind
    self.actor = actor
    self.subject = subject
    self.detail = detail
    self.at = at
  }
}

/// Who acted. The text form is what the log holds.
public enum AuditActor: Sendable, Equatable, CustomStringConvertible {
  /// A person at the login, known or not: the entry's subject says whom it is about.
  case citizen
  case client(String)
  /// Staff at the command line, by their login name.
  case staff(String)
  case system

  public var description: String {
    switch self {
    case .citizen: "citizen"
    case .client(let id): "client:\(id)"
    case .staff(let name): "staff:\(name)"
    case .system: "system"
    }
  }
}

/// The kinds of record; raw values are stable and documented in `docs/operations.md`.
public enum AuditKind: String, Sendable, Equatable, CaseIterable {
  case login = "login"
  /// A whole login or step-up was refused.
  case denial = "denial"
  /// One secret was not accepted; the login's own record is ``denial``.
  case attemptFailed = "attempt-failed"
  case stepUp = "step-up"
  case sessionEnded = "session-ended"
  case tokenIssued = "token-issued"
  case tokenRevoked = "token-revoked"
  case reuseDetected = "reuse-detected"
  case pinIssued = "pin-issued"
  case pinChanged = "pin-changed"
  case pinRevoked = "pin-revoked"
  case pinUnlocked = "pin-unlocked"
  case pinGradeChanged = "pin-grade-changed"
  case citizenChanged = "citizen-changed"
  case citizensImported = "citizens-imported"
  case linkMade = "link-made"
  case linkRemoved = "link-removed"
  case factorEnrolled = "factor-enrolled"
  case factorRemoved = "factor-removed"
  case clientAdded = "client-added"
  case clientRemoved = "client-removed"
  case catalogueApplied = "catalogue-applied"
  case keyCreated = "key-created"
  case keyRotated = "key-rotated"
  /// Trust anchors were taken from a trusted list.
  case trustImported = "trust-imported"
}
