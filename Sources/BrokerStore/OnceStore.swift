public import AccessModel

/// Values that may be used once, such as the `jti` of a client assertion (RFC 7523 section 3).
public struct OnceStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Marks a value as used; of two concurrent uses, one wins (safety sentence 3).
  /// - Parameter expiresAt: until when the value would be accepted otherwise.
  /// - Returns: whether this was the first use.
  public func use(_ kind: String, hash: [UInt8], expiresAt: Instant) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      let rows = try act.execute(
        """
        INSERT INTO used_once (kind, hash, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (kind, hash) DO NOTHING RETURNING kind
        """, .text(kind), .blob(hash), .instant(expiresAt))
      return !rows.isEmpty
    }
  }
}
