public import AccessModel

/// Reads the audit log, adds to it, and finds out whether it is as it was written.
public struct AuditStore: Sendable {
  let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Adds a record for an act that writes nothing else.
  public func record(_ entry: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in try act.record(entry) }
  }

  /// The next records, chain by chain, each in its order.
  /// - Parameters:
  ///   - position: where the last page ended; nil for the first page.
  ///   - limit: 1 to 10,000.
  public func records(after position: AuditPosition?, limit: Int) async throws(StoreError) -> [AuditRecord] {
    try await ledger.read { connection in
      try connection.execute(
        """
        SELECT \(AuditRecord.columns) FROM audit WHERE (chain, seq) > ($1, $2) ORDER BY chain, seq LIMIT $3
        """,
        .text(position?.chain ?? ""), .integer(position?.sequence ?? .min), .integer(Int64(min(max(limit, 1), 10_000)))
      ).map(AuditRecord.init(row:))
    }
  }

  /// Whether there is any record from before a time.
  public func holdsRecords(before time: Instant) async throws(StoreError) -> Bool {
    try await ledger.read { connection in
      try !connection.execute("SELECT 1 FROM audit WHERE at < $1 LIMIT 1", .instant(time)).isEmpty
    }
  }

  /// The last record of every chain, for a checkpoint.
  public func heads() async throws(StoreError) -> [AuditHead] {
    try await ledger.read { connection in
      try connection.execute("SELECT chain, seq, mac FROM audit_heads ORDER BY chain").map(AuditHead.init(row:))
    }
  }

  /// A signed checkpoint of every chain, to be kept outside the database.
  public func checkpoints(at now: Instant) async throws(StoreError) -> [AuditCheckpoint] {
    let keys = ledger.audit.currentKeys
    return try await heads().map { AuditCheckpoint($0, at: now, keys: keys) }
  }
}

extension AuditRecord {
  static let columns = "chain, seq, key_id, at, kind, actor, subject, subject_key_id, detail, mac"

  init(row: SQLRow) throws {
    self.init(
      chain: try row.text(0), sequence: try row.integer(1), keyID: try row.text(2), at: try row.instant(3),
      kind: try row.text(4), actor: try row.text(5), subject: try row.text(6), subjectKeyID: try row.text(7),
      detail: try row.text(8), mac: try row.blob(9))
  }
}

extension AuditHead {
  init(row: SQLRow) throws {
    self.init(chain: try row.text(0), sequence: try row.integer(1), mac: try row.blob(2))
  }
}
