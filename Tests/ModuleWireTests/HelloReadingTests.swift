import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire
import Testing

/// What a module may say of itself.
@Suite struct HelloReadingTests {
  /// A hello with one field replaced; nil takes it away.
  private static func hello(_ field: String = "", _ value: String? = nil) -> String {
    var fields = [
      "protocol": "1", "name": #""otp-mail""#, "version": #""1.0""#, "role": #""primary""#, "assurance": #""low""#,
      "ceiling": #""dispositive""#, "capabilities": #"["redirect"]"#,
    ]
    if !field.isEmpty { fields[field] = value }
    return "{\(fields.map { #""\#($0)": \#($1)"# }.joined(separator: ", "))}"
  }

  private static let accepted = [
    hello(), hello("name", StepCase.text("a", 64)), hello("name", #""9-a""#), hello("version"),
    hello("version", StepCase.text("è", 64)), hello("role", #""second-factor""#), hello("assurance", #""none""#),
    hello("assurance", #""substantial""#), hello("assurance", #""high""#), hello("ceiling"),
    hello("ceiling", #""consultation""#), hello("capabilities", "[]"), hello("capabilities", #"["unheard-of"]"#),
    hello("more", "[1]"),
  ]

  private static let refused: [(text: String, error: String)] = [
    (hello("protocol"), "the field protocol is missing"),
    (hello("protocol", #""zz9""#), "protocol has the wrong type"),
    (hello("name"), "the field name is missing"), (hello("name", #""""#), "hello: name is no name"),
    (hello("name", #""zz9_a""#), "hello: name is no name"), (hello("name", #""ZZ9""#), "hello: name is no name"),
    (hello("name", StepCase.text("a", 65)), "hello: name is no name"),
    (hello("version", StepCase.text("è", 65)), versionError),
    (hello("version", "\"a\(String(repeating: "\u{301}", count: 64))\""), versionError),
    (hello("version", #""zz9\u001b[2J""#), versionError), (hello("version", #""zz9\nready""#), versionError),
    (hello("version", #""zz9\u202e""#), versionError), (hello("version", #""zz9\u200d""#), versionError),
    (hello("version", #""zz9\u2028""#), versionError),
    (hello("version", "1"), "version has the wrong type"), (hello("role"), "the field role is missing"),
    (hello("role", #""zz9""#), "hello: role is neither primary nor second-factor"),
    (hello("assurance"), "the field assurance is missing"),
    (hello("assurance", #""zz9""#), "hello: assurance is none of none, low, substantial, high"),
    (hello("ceiling", #""zz9""#), "hello: ceiling is neither consultation nor dispositive"),
    (hello("capabilities"), "the field capabilities is missing"),
    (hello("capabilities", #""zz9""#), "capabilities has the wrong type"),
    (hello("capabilities", "[1]"), "capabilities.0 has the wrong type"),
  ]

  private static let versionError = "hello: version is too long, or has control or format characters"

  private func read(_ text: String) throws -> AuthenticatorDescriptor {
    try WireCoding.decode(WireHello.self, Data(text.utf8)).descriptor()
  }

  @Test(arguments: accepted) func whatTheContractAllowsIsRead(_ text: String) throws {
    _ = try read(text)
  }

  @Test(arguments: refused) func whatItDoesNotIsRefusedByTheNameOfItsField(_ text: String, _ message: String) throws {
    let error = try #require(throws: WireError.self) { try read(text) }
    #expect(error.description == message)
    #expect(!error.description.contains(StepCase.marker))
  }

  @Test func theSchemaSaysTheSame() throws {
    let (good, bad) = (HelloReadingTests.accepted, HelloReadingTests.refused.map(\.text))
    let verdicts = try Schemas.judge((good + bad).map { Schemas.Question(schema: .hello, text: $0) })
    for (text, errors) in zip(good, verdicts) { #expect(errors == [], "\(text)") }
    for (text, errors) in zip(bad, verdicts.dropFirst(good.count)) { #expect(!errors.isEmpty, "\(text)") }
  }

  @Test func theDescriptorIsWhatTheModuleSaid() throws {
    let said = AuthenticatorDescriptor(role: .primary, assurance: .low, amr: [], ceiling: .dispositive)
    #expect(try read(HelloReadingTests.hello()) == said)
    #expect(try read(HelloReadingTests.hello("ceiling")).ceiling == .consultation)
  }
}
