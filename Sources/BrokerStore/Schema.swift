/// The schema as a registered list of migrations: appended to, never edited once released.
///
/// `BYTEA` and `BIGINT` are PostgreSQL's words; SQLite takes any type name, and we bind bytes and integers only.
public struct Migration: Sendable {
  public let version: Int
  public let name: String
  let statements: [String]
}

public enum Schema {
  public static let migrations: [Migration] = [
    Migration(version: 1, name: "first issue", statements: FirstSchema.statements),
    Migration(version: 2, name: "arrivals, and what one login was worth", statements: ArrivalSchema.statements),
    Migration(version: 3, name: "second factors behind a login", statements: CombinationSchema.statements),
    Migration(version: 4, name: "whose account a name is", statements: AccountSchema.statements),
  ]

  /// The version that this program works with.
  public static var version: Int { migrations.last?.version ?? 0 }

  /// The version that the database has; 0 for an empty one.
  public static func installed(in database: any SQLDatabase) async throws(StoreError) -> Int {
    try await database.write { connection in
      try connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)")
      return try current(connection)
    }
  }

  /// Brings the schema up to date in one transaction; of two processes that start together, one does it.
  /// - Returns: the version before and the version after.
  /// - Throws: ``StoreError/newerSchema(found:known:)`` without having changed anything.
  @discardableResult
  public static func migrate(_ database: any SQLDatabase) async throws(StoreError) -> (from: Int, to: Int) {
    let found = try await installed(in: database)
    guard found <= version else { throw .newerSchema(found: found, known: version) }
    let from = try await database.write { connection in
      let from = try current(connection)
      for migration in migrations where migration.version > from {
        for statement in migration.statements { try connection.execute(statement) }
        try connection.execute(
          "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)",
          .integer(Int64(migration.version)), .text(migration.name))
      }
      return from
    }
    return (from, version)
  }

  private static func current(_ connection: any SQLConnection) throws -> Int {
    let rows = try connection.execute("SELECT COALESCE(MAX(version), 0) FROM schema_migrations")
    return try rows.first.map { Int(try $0.integer(0)) } ?? 0
  }
}
