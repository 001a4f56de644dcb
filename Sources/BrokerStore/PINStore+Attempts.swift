public import AccessModel
import AuthenticatorKit
public import Sealing

/// How an attempt at a PIN ends: the second transaction of each (rule R9).
extension PINStore {
  /// Records that the right PIN was shown: the failures are forgotten, the PIN has been used.
  /// - Parameters:
  ///   - rehashed: the same PIN hashed with today's parameters; nil if the hash is as it should be.
  ///   - superseded: recorded instead if the PIN is not what was compared any more.
  /// - Returns: false if the PIN was changed or ended meanwhile: nothing may rest on it then (rule R12).
  public func recordSuccess(
    _ pin: StoredPIN, ticket: AttemptTicket, rehashed: SealedValue?, at now: Instant, superseded: AuditEntry
  ) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      let sealed = rehashed ?? pin.sealed
      let rows = try act.execute(
        """
        UPDATE pins SET last_used_at = $3,
          sealed = CASE WHEN $4 = 1 THEN $5 ELSE sealed END, key_id = CASE WHEN $4 = 1 THEN $6 ELSE key_id END
        WHERE id = $1 AND version = $2 AND state = 'active' RETURNING id
        """,
        .text(pin.id.description), .integer(pin.version), .instant(now), .integer(rehashed == nil ? 0 : 1),
        .blob(sealed.bytes), .text(sealed.keyID))
      guard !rows.isEmpty else {
        try act.record(superseded)
        return false
      }
      try AttemptStore.clear(ticket, act)
      return true
    }
  }

  /// Records an attempt that led nowhere; its failure has been counted when it was taken.
  public func recordFailure(_ audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in try act.record(audit) }
  }
}
