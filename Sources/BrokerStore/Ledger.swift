/// A database together with the audit log and the epoch, so that an act, its record and its revocation notice commit
/// or fail as one.
public struct Ledger: Sendable {
  public let database: any SQLDatabase
  public let audit: AuditLog
  public let epoch: RevocationEpoch

  public init(database: any SQLDatabase, audit: AuditLog, epoch: RevocationEpoch = RevocationEpoch()) {
    self.database = database
    self.audit = audit
    self.epoch = epoch
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    try await database.read(body)
  }

  /// Runs one finished act; once it is committed, this process's caches know of its revocations.
  @discardableResult
  func act<Value: Sendable>(_ body: @escaping @Sendable (Act) throws -> Value) async throws(StoreError) -> Value {
    let audit = audit
    let (value, newEpoch) = try await database.write { connection in
      let act = Act(connection: connection, audit: audit)
      let value = try body(act)
      return (value, act.newEpoch)
    }
    if let newEpoch { epoch.advance(to: newEpoch) }
    return value
  }

  /// Learns of revocations by other processes; called every half second.
  public func refreshEpoch() async throws(StoreError) {
    // The database says it once; if the read below fails, the next call has to look all the same.
    if try await database.hasChanged() { epoch.noteChange() }
    guard epoch.mustLook else { return }
    let found = try await read { connection in
      try connection.execute("SELECT epoch FROM changes WHERE id = 1").first?.integer(0) ?? 0
    }
    epoch.advance(to: found)
    epoch.noteLook()
  }
}

/// What a store method may do within its transaction.
final class Act {
  let connection: any SQLConnection
  private let audit: AuditLog
  private(set) var newEpoch: Int64?

  init(connection: any SQLConnection, audit: AuditLog) {
    self.connection = connection
    self.audit = audit
  }

  @discardableResult
  func execute(_ sql: String, _ values: SQLValue...) throws -> [SQLRow] { try connection.execute(sql, values) }

  /// Adds a record to the audit log in this transaction.
  func record(_ entries: AuditEntry...) throws {
    for entry in entries { try audit.append(entry, in: connection) }
  }

  func record(_ entries: [AuditEntry]) throws {
    for entry in entries { try audit.append(entry, in: connection) }
  }

  /// Makes every cached decision, on every node, be judged again.
  func revoke() throws {
    let rows = try connection.execute("UPDATE changes SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch")
    newEpoch = try rows.first?.integer(0)
  }
}

extension Ledger {
  /// Makes every process look again at what it keeps in memory: keys, catalogue, decisions.
  public func announceChange() async throws(StoreError) { try await act { act in try act.revoke() } }

  /// Whether the store answers a read now.
  public func answersReads() async -> Bool {
    (try? await read { connection in try connection.execute("SELECT epoch FROM changes WHERE id = 1").count }) == 1
  }
}
