import AuthenticatorKit
import Foundation

/// What a script answers in one field: a text, or what a program prints, such as a one-time code.
enum ScriptValue: Decodable, Sendable {
  case text(String)
  case command([String])

  private enum Key: CodingKey { case command }

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = .text(text)
    } else {
      self = .command(try decoder.container(keyedBy: Key.self).decode([String].self, forKey: .command))
    }
  }

  /// - Parameter question: what the program reads on its standard input.
  /// - Throws: ``ScriptTrouble`` for a program that gives no answer.
  func answer(to question: ScriptQuestion) throws(ScriptTrouble) -> Secret {
    switch self {
    case .text(let text): Secret(text)
    case .command(let words): Secret(try ScriptValue.output(of: words, reading: question.json))
    }
  }

  private static func output(of words: [String], reading input: Data) throws(ScriptTrouble) -> String {
    guard let name = words.first else { throw ScriptTrouble("a command has no words") }
    guard let program = executable(name) else { throw ScriptTrouble("there is no program \(name)") }
    let process = Process()
    let (questions, answers) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = Array(words.dropFirst())
    process.standardInput = questions
    process.standardOutput = answers
    do { try process.run() } catch { throw ScriptTrouble("the command \(name) cannot be started") }
    // A question fits into a pipe; a program that does not care has closed it by then.
    try? questions.fileHandleForWriting.write(contentsOf: input)
    try? questions.fileHandleForWriting.close()
    let printed = try? answers.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw ScriptTrouble("the command \(name) ended with status \(process.terminationStatus)")
    }
    return String(decoding: printed ?? Data(), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Where a shell would find it.
  private static func executable(_ name: String) -> URL? {
    let folders = name.contains("/") ? [""] : (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = folders.map { $0.isEmpty ? name : "\($0)/\(name)" }
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(fileURLWithPath: $0) }
  }
}
