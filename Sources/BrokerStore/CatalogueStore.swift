public import AccessModel

/// The catalogue's document, as the operator applied it.
public struct CatalogueStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// The YAML text; nil before the first one is applied.
  public func document() async throws(StoreError) -> String? {
    try await ledger.read { connection in
      try connection.execute("SELECT document FROM catalogue WHERE id = 1").first?.text(0)
    }
  }

  /// Replaces the catalogue; every decision is judged again.
  public func apply(_ document: String, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      try act.execute(
        """
        INSERT INTO catalogue (id, document, applied_at) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET document = excluded.document, applied_at = excluded.applied_at
        """, .text(document), .instant(now))
      try act.record(audit)
      try act.revoke()
    }
  }
}
