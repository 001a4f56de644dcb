/// A database that takes the SQL of this target: SQLite and PostgreSQL do.
///
/// Placeholders are `$1`, `$2`… and each number means the same value wherever it stands. Inside a body nothing can be
/// awaited, so nobody's code but ours runs within a transaction.
public protocol SQLDatabase: Sendable {
  /// Reads from one consistent state.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Runs one transaction that holds the write lock from its beginning; a throw rolls it back.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Whether anybody, in this process or another, has committed since the last call.
  ///
  /// Cheap enough to be asked every half second; may say true once too often, never once too seldom.
  func hasChanged() async throws(StoreError) -> Bool

  /// Waits for what is under way and lets go of the files.
  func close() async
}

/// What can be done within a transaction.
public protocol SQLConnection {
  /// Runs one statement and returns its rows, those of a `RETURNING` clause included.
  @discardableResult
  func execute(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow]
}

extension SQLConnection {
  @discardableResult
  func execute(_ sql: String, _ values: SQLValue...) throws -> [SQLRow] { try execute(sql, values) }
}

/// A value on its way to or from a database.
public enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])
}

/// One row; columns are read by position.
public struct SQLRow: Sendable {
  private let values: [SQLValue]
  public init(_ values: [SQLValue]) { self.values = values }

  func text(_ index: Int) throws(StoreError) -> String {
    guard case .text(let text) = values[index] else { throw .corrupt("column \(index) is no text") }
    return text
  }
  func integer(_ index: Int) throws(StoreError) -> Int64 {
    guard case .integer(let number) = values[index] else { throw .corrupt("column \(index) is no number") }
    return number
  }
  func blob(_ index: Int) throws(StoreError) -> [UInt8] {
    guard case .blob(let bytes) = values[index] else { throw .corrupt("column \(index) holds no bytes") }
    return bytes
  }
  func isNull(_ index: Int) -> Bool { values[index] == .null }
  func optionalText(_ index: Int) throws(StoreError) -> String? { isNull(index) ? nil : try text(index) }
  func optionalInteger(_ index: Int) throws(StoreError) -> Int64? { isNull(index) ? nil : try integer(index) }
  func optionalBlob(_ index: Int) throws(StoreError) -> [UInt8]? { isNull(index) ? nil : try blob(index) }
}

/// Why the store could not do what it was asked.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The database is away, full, locked for too long or cannot be written. The text is for the log.
  case unavailable(String)
  /// Somebody else was faster, or the row is not in the state that the act needs.
  case conflict
  case notFound
  /// The database was made by a newer version of the program.
  case newerSchema(found: Int, known: Int)
  /// A row holds what no version of ours writes.
  case corrupt(String)

  public var description: String {
    switch self {
    case .unavailable(let why): "the store is not available: \(why)"
    case .conflict: "somebody else has changed this meanwhile"
    case .notFound: "there is no such entry"
    case .newerSchema(let found, let known):
      "the database has schema version \(found), and this program knows only up to \(known): install the newer program"
    case .corrupt(let what): "the store holds something unexpected: \(what)"
    }
  }
}
