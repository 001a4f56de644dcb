import Foundation
import Testing

/// The JSON Schemas of docs/remote-modules, asked through the validator that the page's authors would use.
enum Schemas {
  enum Name: String, Sendable, Encodable {
    case hello, step
    case begin = "begin-request"
    case resume = "resume-request"
  }

  struct Question: Sendable, Encodable {
    let schema: Name
    let text: String
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// - Returns: what each schema says is wrong, empty for a message that is right.
  static func judge(_ questions: [Question]) throws -> [[String]] {
    let folder = FileManager.default.temporaryDirectory
    let input = folder.appendingPathComponent("wire-\(UUID().uuidString).json")
    try JSONEncoder().encode(questions).write(to: input)
    defer { try? FileManager.default.removeItem(at: input) }
    let process = Process()
    process.executableURL = root.appendingPathComponent(".venv/bin/python")
    process.arguments = [root.appendingPathComponent("Tests/ModuleWireTests/validate.py").path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    // A file and no pipe: a signal that comes while somebody waits at a pipe ends the whole process.
    let output = folder.appendingPathComponent("wire-\(UUID().uuidString).out")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "validate.py says why on its standard error")
    let verdicts = try JSONDecoder().decode([[String]].self, from: Data(contentsOf: output))
    try #require(verdicts.count == questions.count)
    return verdicts
  }
}
