import Foundation
import ModuleWire

/// What no gateway sends, sent to see what the module makes of it.
struct WireQuestions: Sendable {
  let connection: ModuleConnection
  let notes: ExaminationNotes

  private static let unreadable: [(name: String, body: Data)] = [
    ("an empty body", Data()), ("half a JSON", Data(#"{"call": "a", "login": {"#.utf8)), ("a number", Data("1".utf8)),
    ("an object without its fields", Data("{}".utf8)), ("bytes that are no text", Data([0xFF, 0xFE, 0x00, 0x80])),
    ("brackets in brackets", Data(repeating: UInt8(ascii: "["), count: 20_000)),
  ]

  func ask() async {
    notes.check(
      .unknownPathsAreRefused, await isAnswered("/v1/nothing-of-that-name", nil) ? ["an unknown path got 200"] : [])
    var findings: [String] = []
    for uri in [WireProtocol.begin, WireProtocol.resume] {
      for (name, body) in WireQuestions.unreadable where await isAnswered(uri, body) {
        findings.append("\(name) to \(uri) got 200")
      }
    }
    if await !isAnswered(WireProtocol.hello, nil) { findings.append("after that hello was not answered any more") }
    notes.check(.unreadableRequestsAreRefused, findings)
  }

  private func isAnswered(_ uri: String, _ body: Data?) async -> Bool {
    if case .message? = try? await connection.call(uri, body, isRepeatable: false) { true } else { false }
  }
}
