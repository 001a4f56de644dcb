public import AccessModel
import AuthenticatorKit
public import Sealing

/// Somebody who was sent elsewhere, such as to the listener that asks for a card, and whose return a login conversation
/// waits for. What is known of it is sealed; its hash is that of the relay state that travels with the person.
public struct StoredArrival: Sendable, Equatable {
  public enum State: String, Sendable, Equatable {
    /// Nobody has come back yet.
    case open
    /// Somebody has, in a browser, and has to say that it is them.
    case proposed
    /// The conversation can go on.
    case done
    /// Somebody has said that it was not them; the conversation ends.
    case rejected
  }

  /// The instance that sent the person away.
  public let instance: String
  public let clientID: String
  public let state: State
  /// The hash of the cookie of the browser that the step is bound to; nil as long as no browser has taken it.
  public let browser: [UInt8]?
  public let sealed: SealedValue
  public let expiresAt: Instant

  public init(
    instance: String, clientID: String, state: State = .open, browser: [UInt8]? = nil, sealed: SealedValue,
    expiresAt: Instant
  ) {
    self.instance = instance
    self.clientID = clientID
    self.state = state
    self.browser = browser
    self.sealed = sealed
    self.expiresAt = expiresAt
  }
}

/// Arrivals: each is bound to one browser at most, confirmed once, and taken once (safety sentence 3).
public struct ArrivalStore: Sendable {
  /// How often something may be shown for one step.
  public static let maximumTries = 20
  /// After so many wrong answers to the question whether it is them, the step is over.
  public static let maximumMisses = 3

  private let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  static func insert(_ arrival: StoredArrival, hash: [UInt8], _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO arrivals (hash, instance, client_id, state, browser, sealed, key_id, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      .blob(hash), .text(arrival.instance), .text(arrival.clientID), .text(arrival.state.rawValue),
      arrival.browser.map { .blob($0) } ?? .null, .blob(arrival.sealed.bytes), .text(arrival.sealed.keyID),
      .instant(arrival.expiresAt))
  }

  /// What is known under a hash; nil if it is unknown or its time is over.
  public func arrival(_ hash: [UInt8], at now: Instant) async throws(StoreError) -> StoredArrival? {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT \(ArrivalStore.columns) FROM arrivals WHERE hash = $1 AND expires_at > $2", .blob(hash), .instant(now)
      ).first.map(StoredArrival.init(row:))
    }
  }

  /// Counts that something is shown for a step, before it is looked at.
  /// - Returns: nil if the step is unknown, over or complete, or if enough has been shown for it.
  public func attempt(_ hash: [UInt8], at now: Instant) async throws(StoreError) -> StoredArrival? {
    try await ledger.act { act in
      try act.execute(
        """
        UPDATE arrivals SET tries = tries + 1
        WHERE hash = $1 AND state IN ('open', 'proposed') AND expires_at > $2 AND tries < $3
        RETURNING \(ArrivalStore.columns)
        """, .blob(hash), .instant(now), .integer(Int64(ArrivalStore.maximumTries))
      ).first.map(StoredArrival.init(row:))
    }
  }

  /// Binds an arrival to a browser: from then on only that browser can complete it.
  /// - Returns: false if it is bound to another one, over, or complete already.
  public func bind(_ hash: [UInt8], to browser: [UInt8], at now: Instant) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      try !act.execute(
        """
        UPDATE arrivals SET browser = $2 WHERE hash = $1 AND state IN ('open', 'proposed') AND expires_at > $3
          AND (browser IS NULL OR browser = $2) RETURNING 1
        """, .blob(hash), .blob(browser), .instant(now)
      ).isEmpty
    }
  }

  /// Completes an arrival that no browser has taken.
  /// - Returns: false if one has, or if it is over or complete already.
  public func complete(_ hash: [UInt8], _ sealed: SealedValue, at now: Instant) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      try !act.execute(
        """
        UPDATE arrivals SET state = 'done', sealed = $2, key_id = $3
        WHERE hash = $1 AND state = 'open' AND browser IS NULL AND expires_at > $4 RETURNING 1
        """, .blob(hash), .blob(sealed.bytes), .text(sealed.keyID), .instant(now)
      ).isEmpty
    }
  }

  /// Keeps what a browser brought until its person has confirmed it; a later one takes its place.
  /// - Parameters:
  ///   - code: of the form, good once.
  ///   - answer: what confirms it, together with the code.
  /// - Returns: false if no browser has taken the arrival, or if it is over or complete already.
  public func propose(
    _ hash: [UInt8], _ sealed: SealedValue, code: [UInt8], answer: [UInt8], at now: Instant
  ) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      try !act.execute(
        """
        UPDATE arrivals SET state = 'proposed', sealed = $2, key_id = $3, code = $4, answer = $6
        WHERE hash = $1 AND state IN ('open', 'proposed') AND browser IS NOT NULL AND expires_at > $5 RETURNING 1
        """, .blob(hash), .blob(sealed.bytes), .text(sealed.keyID), .blob(code), .instant(now), .blob(answer)
      ).isEmpty
    }
  }

  /// Opens a step again that ended in a refusal, with a new beginning; what was proposed before is void.
  /// - Parameter browser: the one that the step is bound to; nothing happens for any other.
  public func renew(_ hash: [UInt8], _ sealed: SealedValue, browser: [UInt8], at now: Instant) async throws(StoreError)
  {
    try await ledger.act { act in
      try act.execute(
        """
        UPDATE arrivals SET state = 'open', sealed = $2, key_id = $3, code = NULL, answer = NULL
        WHERE hash = $1 AND browser = $4 AND state IN ('open', 'proposed') AND expires_at > $5
        """, .blob(hash), .blob(sealed.bytes), .text(sealed.keyID), .blob(browser), .instant(now))
    }
  }

  /// Completes what was proposed: the code is good once, and only in the browser that the arrival is bound to. A wrong
  /// answer counts, and the third ends the step.
  public func confirm(
    code: [UInt8], answer: [UInt8], browser: [UInt8], at now: Instant
  ) async throws(StoreError) -> ArrivalConfirmation {
    try await ledger.act { act in
      let done = try act.execute(
        """
        UPDATE arrivals SET state = 'done', code = NULL
        WHERE code = $1 AND browser = $2 AND answer = $3 AND state = 'proposed' AND expires_at > $4 RETURNING 1
        """, .blob(code), .blob(browser), .blob(answer), .instant(now))
      if !done.isEmpty { return .done }
      let missed = try act.execute(
        """
        UPDATE arrivals SET misses = misses + 1
        WHERE code = $1 AND browser = $2 AND state = 'proposed' AND expires_at > $3 RETURNING misses
        """, .blob(code), .blob(browser), .instant(now))
      guard let misses = try missed.first?.integer(0) else { return .over }
      guard misses >= Int64(ArrivalStore.maximumMisses) else { return .wrong }
      try act.execute("UPDATE arrivals SET state = 'rejected', code = NULL WHERE code = $1", .blob(code))
      return .over
    }
  }

  /// Ends a step whose person says that it was not them; their browser has to be the one that it is bound to.
  /// - Parameter audit: recorded if there was such a step.
  public func reject(code: [UInt8], browser: [UInt8], audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let rejected = try act.execute(
        """
        UPDATE arrivals SET state = 'rejected', code = NULL
        WHERE code = $1 AND browser = $2 AND state = 'proposed' RETURNING 1
        """, .blob(code), .blob(browser))
      if !rejected.isEmpty { try act.record(audit) }
    }
  }

  /// Removes and returns what is complete or was rejected; of any number of callers, on any node, one gets it.
  public func take(_ hash: [UInt8], at now: Instant) async throws(StoreError) -> StoredArrival? {
    try await ledger.act { act in
      try act.execute(
        """
        DELETE FROM arrivals WHERE hash = $1 AND state IN ('done', 'rejected') AND expires_at > $2
        RETURNING \(ArrivalStore.columns)
        """, .blob(hash), .instant(now)
      ).first.map(StoredArrival.init(row:))
    }
  }

  private static let columns = "instance, client_id, state, browser, sealed, key_id, expires_at"
}

/// What became of a confirmation.
public enum ArrivalConfirmation: Sendable, Equatable {
  case done
  /// Once more: the answer was wrong.
  case wrong
  /// The code, the browser or the time is not the right one, or there were too many wrong answers.
  case over
}

extension StoredArrival {
  fileprivate init(row: SQLRow) throws(StoreError) {
    guard let state = State(rawValue: try row.text(2)) else { throw .corrupt("an arrival's state") }
    self.init(
      instance: try row.text(0), clientID: try row.text(1), state: state, browser: try row.optionalBlob(3),
      sealed: SealedValue(keyID: try row.text(5), bytes: try row.blob(4)), expiresAt: try row.instant(6))
  }
}
