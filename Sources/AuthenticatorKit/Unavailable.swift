package import AccessModel

/// A vault where there is none: every question is a fault of ours.
package struct UnavailableVault: CredentialVault {
  private let reason: String
  package init(_ reason: String) { self.reason = reason }

  package func check(
    _ secret: Secret, of subject: FiscalCode, attempt: AttemptContext
  ) async throws(AuthenticatorFault) -> VaultVerdict { throw .unavailable(reason) }
}

/// A module's memory where there is none.
package struct UnavailableStorage: ModuleStorage {
  private let reason: String
  package init(_ reason: String) { self.reason = reason }

  package func get(_ key: String) async throws(AuthenticatorFault) -> StoredItem? { throw .unavailable(reason) }
  package func put(
    _ key: String, _ value: [UInt8], ifVersion version: Int64?, expiresAt: Instant?
  ) async throws(AuthenticatorFault) -> Bool { throw .unavailable(reason) }
  package func delete(_ key: String, ifVersion version: Int64) async throws(AuthenticatorFault) -> Bool {
    throw .unavailable(reason)
  }
  package func pseudonym(of subject: FiscalCode) -> String { "" }
}
