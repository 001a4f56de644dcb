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
