public import BrokerStore

/// The kinds of file that an import reads.
public enum ImportFormat: String, Sendable, Equatable, CaseIterable {
  case csv
  case jsonLines = "jsonl"

  /// Guesses from a file's name: `.jsonl`, `.ndjson` and `.json` are JSON lines, anything else is CSV.
  public init(guessedFrom path: String) {
    let name = path.lowercased()
    self = [".jsonl", ".ndjson", ".json"].contains(where: name.hasSuffix) ? .jsonLines : .csv
  }
}

/// How far an import has come.
public struct ImportProgress: Sendable, Equatable {
  public let rows: Int
  public let rowsPerSecond: Int
}

/// What an import did, and what it left out.
public struct ImportReport: Sendable, Equatable {
  /// How many problems are kept in detail.
  public static let detailLimit = 20

  public private(set) var counts = ImportCounts()
  /// Rows that were left out.
  public private(set) var rejected = 0
  /// The first ``detailLimit`` problems.
  public private(set) var problems: [RowProblem] = []
  public internal(set) var milliseconds: Int64 = 0

  public var rows: Int { counts.total + rejected }

  mutating func add(_ more: ImportCounts) { counts = counts + more }

  mutating func reject(_ problem: RowProblem) {
    rejected += 1
    if problems.count < ImportReport.detailLimit { problems.append(problem) }
  }

  /// The counts as an audit record holds them.
  var detail: [String: String] {
    counts.detail.merging(["rejected": String(rejected), "part": "whole"]) { $1 }
  }
}
