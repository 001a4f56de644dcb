public import AccessModel

/// Who an authenticator's own subject is: needed where an instance does not assert fiscal codes.
extension CitizenStore {
  /// Links a subject of an instance to a citizen; making the same link again changes nothing.
  /// - Parameters:
  ///   - subject: as the instance names it, 1 to 512 bytes.
  ///   - session: the citizen's session that asks for it, which must not have ended meanwhile; nil for an operator.
  /// - Throws: ``StoreError/conflict`` if the subject is linked to somebody else, ``StoreError/notFound`` if there is no
  ///   such citizen.
  public func link(
    instance: InstanceID, subject: String, to id: CitizenID, within session: String? = nil, audit: AuditEntry
  ) async throws(StoreError) {
    try await ledger.act { act in
      if let session {
        let alive = try act.execute(
          "SELECT 1 FROM sessions WHERE id = $1 AND citizen_id = $2 AND expires_at > $3 AND ended_at IS NULL",
          .text(session), .text(id.description), .instant(audit.at))
        guard !alive.isEmpty else { throw StoreError.notFound }
      }
      guard try CitizenStore.find(id, act.connection) != nil else { throw StoreError.notFound }
      if let present = try CitizenStore.linked(instance, subject, act.connection) {
        guard present == id else { throw StoreError.conflict }
        return
      }
      try act.execute(
        "INSERT INTO links (instance, subject, citizen_id, created_at) VALUES ($1, $2, $3, $4)",
        .text(instance.description), .text(subject), .text(id.description), .instant(audit.at))
      try act.record(audit)
    }
  }

  /// Ends a link, and every session of its citizen: some may rest on it.
  /// - Throws: ``StoreError/notFound`` if there is no such link of this citizen.
  public func unlink(
    instance: InstanceID, subject: String, of id: CitizenID, audit: AuditEntry
  ) async throws(StoreError) {
    try await ledger.act { act in
      let gone = try act.execute(
        "DELETE FROM links WHERE instance = $1 AND subject = $2 AND citizen_id = $3 RETURNING 1",
        .text(instance.description), .text(subject), .text(id.description))
      guard !gone.isEmpty else { throw StoreError.notFound }
      try act.execute(
        "DELETE FROM account_owners WHERE instance = $1 AND citizen_id = $2", .text(instance.description),
        .text(id.description))
      try act.endEverything(of: id, reason: "unlinked", at: audit.at)
      try act.record(audit)
    }
  }

  /// A citizen's links, in the order of the instances.
  public func links(of id: CitizenID) async throws(StoreError) -> [CitizenLink] {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT instance, subject, created_at FROM links WHERE citizen_id = $1 ORDER BY instance, subject",
        .text(id.description)
      ).map { CitizenLink(instance: try $0.text(0), subject: try $0.text(1), since: try $0.instant(2)) }
    }
  }

  /// Whom a subject is linked to; nil is a denial for its login.
  public func linked(instance: InstanceID, subject: String) async throws(StoreError) -> CitizenID? {
    try await ledger.read { connection in try CitizenStore.linked(instance, subject, connection) }
  }

  /// Remembers in which citizen's login an account ended that has no link under its own name.
  /// - Parameter tag: a keyed hash of the account's name.
  public func remember(
    account tag: String, at instance: InstanceID, isOf id: CitizenID
  ) async throws(StoreError) {
    try await ledger.act { act in
      try act.execute(
        """
        INSERT INTO account_owners (instance, tag, citizen_id) VALUES ($1, $2, $3)
        ON CONFLICT (instance, tag) DO UPDATE SET citizen_id = excluded.citizen_id
        """, .text(instance.description), .text(tag), .text(id.description))
    }
  }

  /// Whose login an account ended in last.
  public func owner(ofAccount tag: String, at instance: InstanceID) async throws(StoreError) -> CitizenID? {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT citizen_id FROM account_owners WHERE instance = $1 AND tag = $2", .text(instance.description),
        .text(tag)
      ).first.map { CitizenID(try $0.text(0)) }
    }
  }

  private static func linked(
    _ instance: InstanceID, _ subject: String, _ connection: any SQLConnection
  ) throws -> CitizenID? {
    try connection.execute(
      "SELECT citizen_id FROM links WHERE instance = $1 AND subject = $2", .text(instance.description), .text(subject)
    ).first.map { CitizenID(try $0.text(0)) }
  }
}

/// One of a citizen's links.
public struct CitizenLink: Sendable, Equatable {
  public let instance: String
  public let subject: String
  public let since: Instant
}
