import BrokerStore
import Foundation
import GRDB

/// Statements on one connection, prepared once and kept; parameters are bound by name, because SQLite numbers `$n` by
/// first appearance.
struct SQLiteConnection: SQLConnection {
  let database: Database

  func execute(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow] {
    let statement = try database.cachedStatement(sql: sql)
    var arguments: [String: (any DatabaseValueConvertible)?] = [:]
    for (index, value) in values.enumerated() { arguments[String(index + 1)] = value.databaseValue }
    // Values that the statement does not name are not bound; a number without a value is an error of ours.
    let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
    var rows: [SQLRow] = []
    while let row = try cursor.next() { rows.append(SQLRow(row.databaseValues.map(SQLValue.init))) }
    return rows
  }
}

extension SQLValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double: self = .null
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob(Array(data))
    }
  }

  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .blob(let bytes): Data(bytes).databaseValue
    }
  }
}

/// What SQLite's errors mean to us; the text names a path and SQLite's own words, never a value.
enum SQLiteFailure {
  static func storeError(_ error: any Error, path: String? = nil) -> StoreError {
    if let error = error as? StoreError { return error }
    let place = path.map { " (\($0))" } ?? ""
    guard let error = error as? DatabaseError else { return .unavailable("\(type(of: error))\(place)") }
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_UNIQUE: return .conflict
    case .SQLITE_CONSTRAINT_FOREIGNKEY: return .notFound
    default: return .unavailable("SQLite: \(error.resultCode)\(place)")
    }
  }
}
