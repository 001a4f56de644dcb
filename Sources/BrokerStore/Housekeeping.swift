public import AccessModel

/// Takes out what has expired, a little at a time, so that the store does not grow and no writer waits long.
public struct Housekeeping: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// Deletes up to `limit` rows of each kind that expired more than a day ago, until when a second use is noticed;
  /// conversations and arrivals as soon as they are over; a device's counted attempts 200 days after the last one, and
  /// those at a name that is nobody's after a day.
  /// - Parameter limit: 1 to 10,000.
  /// - Returns: how many rows went.
  @discardableResult
  public func sweep(at now: Instant, limit: Int = 1000) async throws(StoreError) -> Int {
    let count = SQLValue.integer(Int64(limit))
    return try await ledger.act { act in
      let conversations = try act.connection.execute(
        Housekeeping.expired("conversations", "hash"), [.instant(now), count])
      let arrivals = try act.connection.execute(Housekeeping.expired("arrivals", "hash"), [.instant(now), count])
      let attempts = try act.connection.execute(Housekeeping.oldAttempts, [.instant(now - .days(200)), count])
      return try Housekeeping.statements.reduce(conversations.count + arrivals.count + attempts.count) {
        removed, statement in
        removed + (try act.connection.execute(statement, [.instant(now - .days(1)), count]).count)
      }
    }
  }

  /// Not the shared bucket: its count holds until a login succeeds.
  private static let oldAttempts = attempts(where: "bucket <> 'shared'")

  private static func attempts(where condition: String) -> String {
    """
    DELETE FROM attempts WHERE \(condition) AND touched_at < $1 AND (subject, bucket) IN (
      SELECT subject, bucket FROM attempts WHERE \(condition) AND touched_at < $1 ORDER BY touched_at LIMIT $2)
    RETURNING 1
    """
  }

  /// In the order in which rows refer to each other.
  private static let statements =
    [
      attempts(where: "bucket = '\(AttemptStore.nobodysBucket)'"),
      expired("access_tokens", "jti"), expired("used_once", "hash"),
      expired("devices", "hash"),
      expired("codes", "hash"), expired("refresh_tokens", "hash"),
      expired("module_items", "instance, item"),
      expired("families", "id", unless: "SELECT 1 FROM refresh_tokens r WHERE r.family_id = families.id"),
    ] + [
      """
      DELETE FROM authentications WHERE session_id IN (
        SELECT id FROM sessions WHERE expires_at < $1
        AND NOT EXISTS (SELECT 1 FROM families f WHERE f.session_id = sessions.id) ORDER BY expires_at LIMIT $2)
      RETURNING 1
      """,
      expired("sessions", "id", unless: "SELECT 1 FROM authentications a WHERE a.session_id = sessions.id"),
    ]

  /// Names are constants of ours; values never get into SQL text.
  private static func expired(_ table: String, _ key: String, unless used: String? = nil) -> String {
    let condition = used.map { " AND NOT EXISTS (\($0))" } ?? ""
    return """
      DELETE FROM \(table) WHERE expires_at < $1 AND (\(key)) IN (
        SELECT \(key) FROM \(table) WHERE expires_at < $1\(condition) ORDER BY expires_at LIMIT $2) RETURNING 1
      """
  }
}
