import Foundation

/// Every problem of an import, one a line; only the first few are kept in memory.
struct ReportFile {
  private let handle: FileHandle

  /// Makes the file anew, readable for its owner only.
  init(path: String) throws(ImportError) {
    let made = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    guard made, let handle = FileHandle(forWritingAtPath: path) else { throw .cannotWriteReport(path: path) }
    self.handle = handle
  }

  func add(_ problem: RowProblem) { try? handle.write(contentsOf: Data("\(problem)\n".utf8)) }
  func close() { try? handle.close() }
}
