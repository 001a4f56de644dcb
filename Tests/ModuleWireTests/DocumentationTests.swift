import Foundation
import ModuleWire
import Testing

/// The examples of docs/remote-modules.md are messages of the protocol.
@Suite struct DocumentationTests {
  private let messages: [String]

  /// Every JSON object in a block of the page's first section; a block can hold several.
  init() throws {
    let page = try String(contentsOf: Schemas.root.appendingPathComponent("docs/remote-modules.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("Three requests\n") })
    var (messages, open): ([String], String?) = ([], nil)
    for line in section.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        #expect(open?.isEmpty ?? true, "a block ends in the middle of a message")
        open = line == "```json" ? "" : nil
      } else if let text = open.map({ $0 + line }) {
        let isWhole = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
        if isWhole { messages.append(text) }
        open = isWhole ? "" : text
      }
    }
    self.messages = messages
  }

  private func schema(_ text: String) throws -> Schemas.Name {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    if object["protocol"] != nil { return .hello }
    if object["login"] != nil { return .begin }
    return object["answer"] == nil ? .step : .resume
  }

  @Test func everyExampleIsWhatItsSchemaSays() throws {
    let schemas = try messages.map(schema)
    #expect(schemas == [.hello, .begin, .resume, .step, .step, .step, .step])
    let verdicts = try Schemas.judge(zip(schemas, messages).map { Schemas.Question(schema: $0, text: $1) })
    #expect(verdicts.filter { !$0.isEmpty } == [])
  }

  @Test func everyExampleCanBeRead() throws {
    for text in messages {
      let bytes = Data(text.utf8)
      switch try schema(text) {
      case .hello: _ = try WireCoding.decode(WireHello.self, bytes).descriptor()
      case .begin: _ = try WireCoding.decode(WireBegin.self, bytes).request()
      case .resume: _ = try WireCoding.decode(WireResume.self, bytes).parts()
      case .step:
        let step = try WireCoding.decode(WireStep.self, bytes)
        _ = try step.read(for: step.call)
      }
    }
  }
}
