public import AccessModel
import AuthenticatorKit
public import BrokerCore

/// A login that is still good: a citizen and every authentication with its time. Rights are computed, never stored.
public struct Session: Sendable, Equatable {
  public let id: String
  public let citizen: Citizen
  public let clientID: String
  public let createdAt: Instant
  public let seenAt: Instant
  public let expiresAt: Instant
  public let authentications: [Authentication]

  /// Who asks, for ``AccessDecision``.
  public var holder: AccessHolder { AccessHolder(authentications: authentications, profiles: citizen.profiles) }
}

/// How long a session lives.
public struct SessionLimits: Sendable, Equatable {
  /// Without any use.
  public let idle: TimeSpan
  /// From the login on.
  public let total: TimeSpan

  public init(idle: TimeSpan = .minutes(30), total: TimeSpan = .hours(12)) {
    self.idle = idle
    self.total = total
  }
}

/// A session that a login opens or adds to, with the code that it earns.
public struct SessionOpening: Sendable {
  /// The session that a step-up adds to; nil opens a new one.
  public let stepUpOf: String?
  public let newID: String
  public let citizen: CitizenID
  public let clientID: String
  public let authentications: [Authentication]
  /// The hash of the new handle: it changes at every login and step-up (safety sentence 7).
  public let handle: [UInt8]
  public let code: NewCode
  /// The device that is known for this citizen from now on.
  public let device: KnownDevice?

  public init(
    stepUpOf: String?, newID: String, citizen: CitizenID, clientID: String, authentications: [Authentication],
    handle: [UInt8], code: NewCode, device: KnownDevice? = nil
  ) {
    self.stepUpOf = stepUpOf
    self.newID = newID
    self.citizen = citizen
    self.clientID = clientID
    self.authentications = authentications
    self.handle = handle
    self.code = code
    self.device = device
  }
}

/// A browser or app that has logged somebody in, by the hash of what it keeps.
public struct KnownDevice: Sendable, Equatable {
  public let hash: [UInt8]
  public let until: Instant

  public init(hash: [UInt8], until: Instant) {
    self.hash = hash
    self.until = until
  }
}

/// Sessions and what they hold.
public struct SessionStore: Sendable {
  private let ledger: Ledger
  private let limits: SessionLimits

  public init(_ ledger: Ledger, limits: SessionLimits = SessionLimits()) {
    self.ledger = ledger
    self.limits = limits
  }

  /// Opens a session or adds to one, and stores the code, all or nothing.
  /// - Throws: ``StoreError/conflict`` if meanwhile the session ended, the citizen may not log in any more, or a
  ///   credential is not active any more: a revocation and a login cannot cross (rule R12).
  public func open(_ opening: SessionOpening, at now: Instant, audit: AuditEntry) async throws(StoreError) {
    let limits = limits
    try await ledger.act { act in
      try SessionStore.demandActive(opening, act)
      let id = opening.stepUpOf ?? opening.newID
      if opening.stepUpOf == nil {
        try SessionStore.insert(opening, expiresAt: now + limits.total, now, act)
      } else {
        let idleSince = now - limits.idle
        let rows = try act.execute(
          """
          UPDATE sessions SET handle = $2, seen_at = $3
          WHERE id = $1 AND citizen_id = $4 AND ended_at IS NULL AND expires_at > $3 AND seen_at > $5 RETURNING id
          """,
          .text(id), .blob(opening.handle), .instant(now), .text(opening.citizen.description), .instant(idleSince))
        guard !rows.isEmpty else { throw StoreError.conflict }
      }
      try SessionStore.add(opening.authentications, to: id, act)
      try CodeStore.insert(opening.code, session: id, act)
      if let device = opening.device {
        try DeviceStore.remember(device.hash, for: opening.citizen, until: device.until, act)
      }
      try act.record(audit)
    }
  }

  /// The live session behind a handle.
  public func session(handle: [UInt8], client: String, at now: Instant) async throws(StoreError) -> Session? {
    let idleSince = now - limits.idle
    return try await ledger.read { connection in
      let rows = try connection.execute(
        """
        SELECT id FROM sessions WHERE handle = $1 AND client_id = $2 AND ended_at IS NULL AND expires_at > $3
        AND seen_at > $4
        """, .blob(handle), .text(client), .instant(now), .instant(idleSince))
      guard let id = try rows.first?.text(0) else { return nil }
      return try SessionStore.load(id, connection)
    }
  }

  /// The live session with an id; nil once it has ended or its time is over.
  /// - Parameter isOffline: whether the time does not matter (`offline_access`); being ended always does.
  public func session(_ id: String, isOffline: Bool = false, at now: Instant) async throws(StoreError) -> Session? {
    let limits = limits
    return try await ledger.read { connection in
      guard let session = try SessionStore.load(id, connection), isOffline || SessionStore.isLive(session, limits, now)
      else {
        return nil
      }
      return session
    }
  }

  /// Ends a session on request.
  /// - Returns: whether it was live.
  @discardableResult
  public func end(_ id: String, reason: String, at now: Instant, audit: AuditEntry) async throws(StoreError) -> Bool {
    try await ledger.act { act in
      let live = try act.execute("SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL", .text(id))
      guard !live.isEmpty else { return false }
      try act.endSession(id, reason: reason, at: now)
      try act.record(audit)
      return true
    }
  }

  /// Ends every session of a citizen, with the tokens and conversations that rest on them.
  public func endAll(of citizen: CitizenID, reason: String, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      try act.endEverything(of: citizen, reason: reason, at: audit.at)
      try act.record(audit)
    }
  }

  static func isLive(_ session: Session, _ limits: SessionLimits, _ now: Instant) -> Bool {
    now < session.expiresAt && now < session.seenAt + limits.idle
  }

  private static func demandActive(_ opening: SessionOpening, _ act: Act) throws {
    let citizen = try act.execute(
      "SELECT 1 FROM citizens WHERE id = $1 AND state = 'active'", .text(opening.citizen.description))
    guard !citizen.isEmpty else { throw StoreError.conflict }
    for authentication in opening.authentications {
      guard let credential = authentication.credential else { continue }
      let stands = try PINStore.isActive(credential, of: opening.citizen, verifiedAt: authentication.at, in: act)
      guard stands else { throw StoreError.conflict }
    }
  }

  private static func insert(_ opening: SessionOpening, expiresAt: Instant, _ now: Instant, _ act: Act) throws {
    try act.execute(
      """
      INSERT INTO sessions (id, citizen_id, handle, client_id, created_at, seen_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $5, $6)
      """,
      .text(opening.newID), .text(opening.citizen.description), .blob(opening.handle), .text(opening.clientID),
      .instant(now), .instant(expiresAt))
  }
}
