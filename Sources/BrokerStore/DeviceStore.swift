public import AccessModel

/// Which browsers and apps have logged which citizen in before (safety sentence 2).
public struct DeviceStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Remembers a device for a citizen, or for longer.
  /// - Parameter hash: SHA-256 of the opaque value that the device keeps.
  public func remember(_ hash: [UInt8], for citizen: CitizenID, until: Instant) async throws(StoreError) {
    try await ledger.act { act in try DeviceStore.remember(hash, for: citizen, until: until, act) }
  }

  public func knows(_ hash: [UInt8], for citizen: CitizenID, at now: Instant) async throws(StoreError) -> Bool {
    try await ledger.read { connection in
      let rows = try connection.execute(
        "SELECT 1 FROM devices WHERE hash = $1 AND citizen_id = $2 AND expires_at > $3", .blob(hash),
        .text(citizen.description), .instant(now))
      return !rows.isEmpty
    }
  }

  /// Within the act that opens a session.
  static func remember(_ hash: [UInt8], for citizen: CitizenID, until: Instant, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO devices (hash, citizen_id, expires_at) VALUES ($1, $2, $3)
      ON CONFLICT (hash, citizen_id) DO UPDATE SET expires_at = excluded.expires_at
      """, .blob(hash), .text(citizen.description), .instant(until))
  }
}
