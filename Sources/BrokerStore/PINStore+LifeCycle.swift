public import AccessModel
public import AuthenticatorKit
import BrokerCore
public import Sealing

/// Issue, change, conversion and revocation. Each ends what rested on the PIN before (rule R12), in one transaction with
/// its audit record.
extension PINStore {
  /// Stores a new PIN; the one before, if any, ends as `replaced`.
  /// - Throws: ``StoreError/conflict`` if the citizen may not log in any more.
  public func issue(_ pin: StoredPIN, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let citizen = SQLValue.text(pin.citizen.description)
      let allowed = try act.execute("SELECT 1 FROM citizens WHERE id = $1 AND state = 'active'", citizen)
      guard !allowed.isEmpty else { throw StoreError.conflict }
      let before = try act.execute("SELECT id FROM pins WHERE citizen_id = $1 AND state = 'active'", citizen)
      for row in before {
        try PINStore.end(CredentialID(try row.text(0)), state: "replaced", reason: "replaced", at: pin.createdAt, act)
      }
      try PINStore.insert(pin, act)
      try act.record(audit)
    }
  }

  /// Puts the citizen's new PIN in the place of the old one.
  /// - Parameters:
  ///   - pin: as it was read: if anybody changed or ended it since, nothing happens.
  ///   - proof: when the PIN was shown: a proof from before a change is one of the old PIN (rule R12).
  ///   - session: the session that makes the change and goes on.
  /// - Returns: when it was changed: later than any login with the PIN before.
  /// - Throws: ``StoreError/conflict``.
  public func change(
    _ pin: StoredPIN, to sealed: SealedValue, provenAt proof: Instant, sparing session: String?, at now: Instant,
    audit: AuditEntry
  ) async throws(StoreError) -> Instant {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        UPDATE pins SET sealed = $3, key_id = $4, form = $5, version = version + 1,
          changed_at = CASE WHEN last_used_at >= $6 THEN last_used_at + 1 ELSE $6 END,
          proofs_since = CASE WHEN last_used_at >= $6 THEN last_used_at + 1 ELSE $6 END
        WHERE id = $1 AND version = $2 AND state = 'active' AND proofs_since <= $7 RETURNING changed_at
        """,
        .text(pin.id.description), .integer(pin.version), .blob(sealed.bytes), .text(sealed.keyID),
        .text(PINForm.changed.rawValue), .instant(now), .instant(proof))
      guard let changedAt = try rows.first?.instant(0) else { throw StoreError.conflict }
      try act.endEverything(restingOn: pin.id, sparing: session, reason: "pin-changed", at: now)
      try act.record(audit)
      return changedAt
    }
  }

  /// Changes how far the owner was proofed; the PIN stays the same (spec 6.2). A lower grade ends what rests on the
  /// higher one.
  /// - Throws: ``StoreError/conflict`` if the PIN has ended or has another grade than the one read.
  public func setGrade(
    _ grade: CredentialGrade, of pin: StoredPIN, at now: Instant, audit: AuditEntry
  ) async throws(StoreError) {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        UPDATE pins SET grade = $3, proofs_since = CASE WHEN $4 = 0 THEN proofs_since
          WHEN last_used_at >= $5 THEN last_used_at + 1 ELSE $5 END
        WHERE id = $1 AND grade = $2 AND state = 'active' RETURNING id
        """,
        .text(pin.id.description), .text(pin.grade.rawValue), .text(grade.rawValue),
        .integer(grade < pin.grade ? 1 : 0), .instant(now))
      guard !rows.isEmpty else { throw StoreError.conflict }
      if grade < pin.grade {
        try act.endEverything(restingOn: pin.id, reason: "pin-grade-lowered", at: now)
      }
      try act.record(audit)
    }
  }

  /// Forgets the failures of a PIN, in every bucket: staff have seen who it is.
  /// - Throws: ``StoreError/conflict`` if the PIN has ended meanwhile.
  public func unlock(_ pin: StoredPIN, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let active = try act.execute("SELECT 1 FROM pins WHERE id = $1 AND state = 'active'", .text(pin.id.description))
      guard !active.isEmpty else { throw StoreError.conflict }
      try AttemptStore.forget(subject: pin.attemptSubject, act)
      try act.record(audit)
    }
  }

  /// Ends a PIN for good.
  /// - Throws: ``StoreError/conflict`` if it has ended already.
  public func revoke(_ pin: CredentialID, reason: String, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      try PINStore.end(pin, state: "revoked", reason: reason, at: now, act)
      try act.record(audit)
    }
  }

  /// Ends a PIN with everything that rests on it; of its hash nothing is kept.
  private static func end(
    _ pin: CredentialID, state: String, reason: String, at now: Instant, _ act: Act
  ) throws {
    let rows = try act.execute(
      """
      UPDATE pins SET state = $2, ended_at = $3, ended_reason = $4, sealed = $5, key_id = ''
      WHERE id = $1 AND state = 'active' RETURNING id
      """, .text(pin.description), .text(state), .instant(now), .text(reason), .blob([]))
    guard !rows.isEmpty else { throw StoreError.conflict }
    try AttemptStore.forget(subject: "pin:\(pin)", act)
    try act.endEverything(restingOn: pin, reason: "pin-\(state)", at: now)
  }

  private static func insert(_ pin: StoredPIN, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO pins (id, citizen_id, grade, state, form, sealed, key_id, version, created_at, proofs_since)
      VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $8)
      """,
      .text(pin.id.description), .text(pin.citizen.description), .text(pin.grade.rawValue), .text(pin.form.rawValue),
      .blob(pin.sealed.bytes), .text(pin.sealed.keyID), .integer(pin.version), .instant(pin.createdAt))
  }
}
