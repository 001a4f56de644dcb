public import AccessModel

/// Who an authenticator's own subject is: needed where an instance does not assert fiscal codes.
extension CitizenStore {
  /// Links a subject of an instance to a citizen; making the same link again changes nothing.
  /// - Parameter subject: as the instance names it, 1 to 512 bytes.
  /// - Throws: ``StoreError/conflict`` if the subject is linked to somebody else, ``StoreError/notFound`` if there is no
  ///   such citizen.
  public func link(
    instance: InstanceID, subject: String, to id: CitizenID, audit: AuditEntry
  ) async throws(StoreError) {
    try await ledger.act { act in
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
