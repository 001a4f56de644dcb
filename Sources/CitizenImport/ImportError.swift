public import BrokerStore

/// Why an import could not begin or go on. Never carries anything that a row holds.
public enum ImportError: Error, Sendable, Equatable, CustomStringConvertible {
  case cannotRead(path: String, String)
  case cannotWriteReport(path: String)
  /// The first line does not name columns that we know; nothing has been imported.
  case header(String)
  /// The store failed; what was imported until then stays, and running the import again completes it.
  case stopped(afterRows: Int, StoreError)

  public var description: String {
    switch self {
    case .cannotRead(let path, let why): "cannot read \(path): \(why)"
    case .cannotWriteReport(let path): "cannot write the report to \(path)"
    case .header(let what): "the header: \(what); nothing was imported"
    case .stopped(let rows, let error):
      "stopped after \(rows) rows, which are imported (run it again to complete it): \(error)"
    }
  }
}

/// Why one row was left out. Says what is wrong with it, never what it says.
public struct RowProblem: Sendable, Equatable, CustomStringConvertible {
  /// The line of the file in which the row begins, from 1.
  public let line: Int
  public let reason: String

  public init(line: Int, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  public var description: String { "line \(line): \(reason)" }
}

/// A reason on its way to become a ``RowProblem``.
struct RowRefusal: Error, Equatable {
  let reason: String
  init(_ reason: String) { self.reason = reason }

  static let tooLong = RowRefusal("the row is longer than \(RecordBuffer.limit / 1024) KiB, or a quote is left open")
  static let notUTF8 = RowRefusal("the row is not UTF-8 text")
}
