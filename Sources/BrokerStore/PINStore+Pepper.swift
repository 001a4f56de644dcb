import AccessModel
public import AuthenticatorKit
public import Sealing

/// What the rotation of the pepper needs: PINs in order, and a new seal for each that nobody has touched meanwhile.
extension PINStore {
  /// Active PINs that are sealed under any other key, in the order of their ids.
  /// - Parameters:
  ///   - last: goes on after this id; nil begins.
  ///   - limit: 1 to 1,000.
  public func pins(
    notSealedUnder keyID: String, after last: CredentialID?, limit: Int
  ) async throws(StoreError) -> [StoredPIN] {
    try await ledger.read { connection in
      try connection.execute(
        """
        SELECT citizen_id, id, grade, form, sealed, key_id, version, created_at, changed_at, last_used_at FROM pins
        WHERE state = 'active' AND key_id <> $1 AND id > $2 ORDER BY id LIMIT $3
        """, .text(keyID), .text(last?.description ?? ""), .integer(Int64(limit))
      ).map { row in try PINStore.pin(of: CitizenID(try row.text(0)), row, from: 1) }
    }
  }

  /// Gives PINs their new seals; one that was changed, ended or sealed anew since it was read is left alone.
  /// - Returns: how many got one.
  public func reseal(
    _ seals: [(pin: StoredPIN, sealed: SealedValue)], audit: AuditEntry
  ) async throws(StoreError) -> Int {
    try await ledger.act { act in
      var count = 0
      for (pin, sealed) in seals {
        count += try act.execute(
          """
          UPDATE pins SET sealed = $4, key_id = $5
          WHERE id = $1 AND version = $2 AND key_id = $3 AND state = 'active' RETURNING id
          """,
          .text(pin.id.description), .integer(pin.version), .text(pin.sealed.keyID), .blob(sealed.bytes),
          .text(sealed.keyID)
        ).count
      }
      try act.record(audit)
      return count
    }
  }
}
