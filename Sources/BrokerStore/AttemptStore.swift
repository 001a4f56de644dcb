public import AccessModel

/// Counts consecutive failures and locks after each (safety sentences 1 and 2).
///
/// An attempt is recorded as if it had failed, and the lock taken, before anything is compared: of parallel attempts on
/// one subject and bucket one wins, and who does not win has nothing to compare. Knows nothing of PINs.
public struct AttemptStore: Sendable {
  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// The lock after the first failure, and what each further one adds.
  public static let lockStep = TimeSpan.minutes(3)
  /// The longest lock; a lock that seems to end later was made by a clock that has jumped, and counts for nothing.
  public static let longestLock = TimeSpan.minutes(60)

  /// The bucket of attempts at a name that is nobody's; forgotten after a quiet day, because there is no end of such names.
  public static let nobodysBucket = "nobody"

  /// Takes the one attempt that is free, or learns that none is.
  ///
  /// During a lock nothing counts and nothing gets longer.
  /// - Parameters:
  ///   - subject: what is tried, such as `pin:` with the PIN's id.
  ///   - bucket: from where, as far as counting is concerned.
  ///   - attempt: a name of this attempt that nobody else uses.
  public func take(
    subject: String, bucket: String, attempt: String, at now: Instant
  ) async throws(StoreError) -> AttemptTicket {
    try await ledger.act { act in
      let rows = try act.execute(
        AttemptStore.taking, .text(subject), .text(bucket), .text(attempt),
        .instant(now + AttemptStore.lockStep), .instant(now))
      guard let row = rows.first else { throw StoreError.corrupt("an attempt left no trace") }
      return AttemptTicket(
        subject: subject, bucket: bucket, attempt: attempt, won: try row.text(0) == attempt,
        failures: Int(try row.integer(1)), lockedUntil: try row.instant(2))
    }
  }

  /// Forgets the failures, if this attempt is still the last one that counted.
  public func clear(_ ticket: AttemptTicket) async throws(StoreError) {
    try await ledger.act { act in try AttemptStore.clear(ticket, act) }
  }

  /// Takes an attempt back that turned out to be none, as when a module only asks again: the count is as before.
  public func release(_ ticket: AttemptTicket) async throws(StoreError) {
    guard ticket.won else { return }
    try await ledger.act { act in
      guard ticket.failures > 1 else { return try AttemptStore.clear(ticket, act) }
      try act.execute(
        """
        UPDATE attempts SET failures = failures - 1, locked_until = 0, attempt = ''
        WHERE subject = $1 AND bucket = $2 AND attempt = $3
        """, .text(ticket.subject), .text(ticket.bucket), .text(ticket.attempt))
    }
  }

  /// What is counted against a subject, by bucket.
  public func standings(of subject: String) async throws(StoreError) -> [AttemptStanding] {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT bucket, failures, locked_until FROM attempts WHERE subject = $1 ORDER BY bucket", .text(subject)
      ).map { row in
        AttemptStanding(
          bucket: try row.text(0), failures: Int(try row.integer(1)), lockedUntil: try row.instant(2))
      }
    }
  }

  static func clear(_ ticket: AttemptTicket, _ act: Act) throws {
    try act.execute(
      "DELETE FROM attempts WHERE subject = $1 AND bucket = $2 AND attempt = $3", .text(ticket.subject),
      .text(ticket.bucket), .text(ticket.attempt))
  }

  /// Forgets everything about a subject that is no more.
  static func forget(subject: String, _ act: Act) throws {
    try act.execute("DELETE FROM attempts WHERE subject = $1", .text(subject))
  }

  /// The row is free if its lock is over, or ends later than any lock of ours could.
  private static let isFree =
    """
    (attempts.locked_until <= excluded.touched_at
      OR attempts.locked_until > excluded.touched_at + \(longestLock.milliseconds))
    """

  private static let taking =
    """
    INSERT INTO attempts (subject, bucket, failures, attempt, locked_until, touched_at)
    VALUES ($1, $2, 1, $3, $4, $5)
    ON CONFLICT (subject, bucket) DO UPDATE SET
      failures = CASE WHEN \(isFree) THEN attempts.failures + 1 ELSE attempts.failures END,
      attempt = CASE WHEN \(isFree) THEN excluded.attempt ELSE attempts.attempt END,
      locked_until = CASE
        WHEN NOT \(isFree) THEN attempts.locked_until
        WHEN (attempts.failures + 1) * \(lockStep.milliseconds) >= \(longestLock.milliseconds)
        THEN excluded.touched_at + \(longestLock.milliseconds)
        ELSE excluded.touched_at + (attempts.failures + 1) * \(lockStep.milliseconds) END,
      touched_at = excluded.touched_at
    RETURNING attempt, failures, locked_until
    """
}

/// An attempt, taken or not.
public struct AttemptTicket: Sendable, Equatable {
  public let subject: String
  public let bucket: String
  let attempt: String
  /// Whether the secret may be compared: no lock was on, and nobody else was faster.
  public let won: Bool
  /// Consecutive failures, this attempt among them if it was won.
  public let failures: Int
  public let lockedUntil: Instant
}

/// What is counted in one bucket.
public struct AttemptStanding: Sendable, Equatable {
  public let bucket: String
  public let failures: Int
  public let lockedUntil: Instant
}
