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

  /// A program that fails answers nothing, and the field is missing.
  static func fields(_ values: [String: ScriptValue]) -> [String: Secret] {
    values.compactMapValues { value in
      switch value {
      case .text(let text): Secret(text)
      case .command(let words): output(of: words).map { Secret($0) }
      }
    }
  }

  private static func output(of words: [String]) -> String? {
    guard let program = words.first else { return nil }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + words.dropFirst()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil, let data = try? pipe.fileHandleForReading.readToEnd() else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
