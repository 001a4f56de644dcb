public import AccessModel
import AuthenticatorKit
import BrokerCore
import Sealing

/// PINs: at most one active per citizen, each ended once and for good.
public struct PINStore: Sendable {
  let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// A citizen with the active PIN, and whether a device is theirs, in one read.
  /// - Parameter device: the hash of what the device keeps; nil if it keeps nothing.
  public func holder(
    with code: FiscalCode, device: [UInt8]? = nil, at now: Instant
  ) async throws(StoreError) -> PINHolder? {
    try await ledger.read { connection in
      let rows = try connection.execute(
        """
        SELECT c.id, c.fiscal_code, c.given_name, c.family_name, c.profiles, c.state, p.id, p.grade, p.form, p.sealed,
          p.key_id, p.version, p.created_at, p.changed_at, p.last_used_at,
          (SELECT COUNT(*) FROM devices d WHERE d.citizen_id = c.id AND d.hash = $2 AND d.expires_at > $3)
        FROM citizens c LEFT JOIN pins p ON p.citizen_id = c.id AND p.state = 'active' WHERE c.fiscal_code = $1
        """, .text(code.rawValue), .blob(device ?? []), .instant(now))
      return try rows.first.map(PINStore.holder)
    }
  }

  /// The ids of the peppers under which active PINs are sealed; start refuses one that it has no key for.
  public func pepperIDs() async throws(StoreError) -> Set<String> {
    try await ledger.read { connection in
      Set(try connection.execute("SELECT DISTINCT key_id FROM pins WHERE state = 'active'").map { try $0.text(0) })
    }
  }

  /// Whether a proof by a PIN still counts, within the act that builds on it (rule R12).
  /// - Parameters:
  ///   - citizen: whose it must be; nil where that is known already.
  ///   - verifiedAt: a time not after the check began; what was proven before a change or a lowering of the grade was
  ///     proven by another PIN.
  static func isActive(
    _ credential: CredentialID, of citizen: CitizenID? = nil, verifiedAt: Instant, in act: Act
  ) throws -> Bool {
    let rows = try act.execute(
      """
      SELECT 1 FROM pins WHERE id = $1 AND ($2 = '' OR citizen_id = $2) AND state = 'active' AND proofs_since <= $3
      """, .text(credential.description), .text(citizen?.description ?? ""), .instant(verifiedAt))
    return !rows.isEmpty
  }

  private static func holder(_ row: SQLRow) throws -> PINHolder {
    let citizen = try Citizen(row: row)
    let pin = row.isNull(6) ? nil : try pin(of: citizen.id, row, from: 6)
    return PINHolder(citizen: citizen, pin: pin, knowsDevice: try row.integer(15) > 0)
  }

  /// Reads id, grade, form, sealed, key_id, version, created_at, changed_at, last_used_at.
  static func pin(of citizen: CitizenID, _ row: SQLRow, from column: Int) throws -> StoredPIN {
    guard
      let grade = CredentialGrade(rawValue: try row.text(column + 1)),
      let form = PINForm(rawValue: try row.text(column + 2))
    else { throw StoreError.corrupt("grade or form of a PIN") }
    return StoredPIN(
      id: CredentialID(try row.text(column)), citizen: citizen, grade: grade, form: form,
      sealed: SealedValue(keyID: try row.text(column + 4), bytes: try row.blob(column + 3)),
      version: try row.integer(column + 5), createdAt: try row.instant(column + 6),
      changedAt: try row.optionalInstant(column + 7), lastUsedAt: try row.optionalInstant(column + 8))
  }
}
