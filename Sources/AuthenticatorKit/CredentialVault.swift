public import AccessModel

/// How far a citizen's identity was proofed for a PIN; an attribute of the credential, not its strength.
public enum CredentialGrade: String, Sendable, Equatable, Comparable {
  case ordinario
  case dispositivo

  public static func < (left: CredentialGrade, right: CredentialGrade) -> Bool {
    left == .ordinario && right == .dispositivo
  }
}

/// Where PINs are checked. The vault counts, locks, hashes and audits; a module only asks.
public protocol CredentialVault: Sendable {
  /// Checks a secret against the citizen's active PIN.
  ///
  /// Costs the same whether the citizen exists, the PIN is right or the PIN is locked (rule R9).
  func check(
    _ secret: Secret, of subject: FiscalCode, attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> VaultVerdict
}

public enum VaultVerdict: Sendable, Equatable {
  case matches(credential: CredentialID, grade: CredentialGrade, upkeep: CredentialUpkeep)
  case differs
  case locked
}
