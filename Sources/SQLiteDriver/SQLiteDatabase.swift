import AuthenticatorKit
public import BrokerStore
import GRDB

/// ``SQLDatabase`` over one SQLite file: WAL, one writer, `BEGIN IMMEDIATE`, several readers.
public final class SQLiteDatabase: SQLDatabase {
  private let pool: DatabasePool
  private let watcher: CommitWatcher
  private let lockout = Lockout()
  private let readLimit: Duration
  /// How many may read at once.
  static let readers = 4

  /// Opens or creates the file; its folder must exist.
  /// - Parameters:
  ///   - path: an absolute path or one relative to the working directory.
  ///   - busyTimeoutSeconds: how long a writer waits for another process, 1 to 60.
  ///   - readLimit: how long anybody waits for a read. SQLite itself tries for ten seconds to begin one, and whoever
  ///     comes later would wait for those before as well.
  /// - Throws: ``StoreError/unavailable(_:)`` if it cannot be opened, written, or is no database.
  public init(path: String, busyTimeoutSeconds: Int = 3, readLimit: Duration = .seconds(5)) throws(StoreError) {
    self.readLimit = readLimit
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(busyTimeoutSeconds))
    configuration.maximumReaderCount = SQLiteDatabase.readers
    configuration.foreignKeysEnabled = true
    // Statements carry no values; still, nothing of a citizen may reach an error text.
    configuration.publicStatementArguments = false
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // After the pool is open: opening sets NORMAL, with which a power cut may take back what was acknowledged.
      // The writer gets 16 MiB of cache, because an import touches leaves all over three indexes.
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384")
      }
      watcher = try CommitWatcher(path: path, busyMode: configuration.busyMode)
    } catch {
      throw SQLiteFailure.storeError(error, path: path)
    }
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    let work = Task { [pool] in
      try await pool.read { database in try body(SQLiteConnection(database: database)) }
    }
    defer { work.cancel() }
    do {
      if let value = try await Deadline.value(of: work, within: readLimit) { return value }
    } catch {
      throw SQLiteFailure.storeError(error)
    }
    throw .unavailable("no read within \(readLimit)")
  }

  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    let queued = ContinuousClock.now
    // In a task of its own: an act that has begun is finished, whoever hangs up meanwhile.
    let act = Task { [pool, lockout] in
      try await pool.writeWithoutTransaction { database in
        var value: Value?
        try lockout.guarding(queued) {
          try database.inTransaction(.immediate) {
            value = try body(SQLiteConnection(database: database))
            return .commit
          }
        }
        guard let value else { throw StoreError.unavailable("the transaction returned nothing") }
        return value
      }
    }
    do {
      return try await act.value
    } catch {
      throw SQLiteFailure.storeError(error)
    }
  }

  public func hasChanged() async throws(StoreError) -> Bool {
    do {
      return try await watcher.hasChanged()
    } catch {
      throw SQLiteFailure.storeError(error)
    }
  }

  public func close() async {
    watcher.close()
    try? await pool.writeWithoutTransaction { database in
      try? database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try? pool.close()
  }
}

/// A connection of its own that asks `PRAGMA data_version`: it moves whenever any other connection has committed.
private final class CommitWatcher: Sendable {
  private let queue: DatabaseQueue

  init(path: String, busyMode: Database.BusyMode) throws {
    var configuration = Configuration()
    configuration.busyMode = busyMode
    configuration.readonly = true
    queue = try DatabaseQueue(path: path, configuration: configuration)
    lastVersion = .init(0)
  }

  func hasChanged() async throws -> Bool {
    let version = try await queue.unsafeRead { database in
      try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
    }
    return lastVersion.exchange(version) != version
  }

  func close() { try? queue.close() }

  private let lastVersion: LastVersion
}
