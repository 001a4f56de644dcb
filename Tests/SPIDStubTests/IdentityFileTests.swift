import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import SPIDStub
import Testing

@testable import SPIDStubProvider

@Suite struct IdentityFileTests {
  private static let good = #""user":"a","password":"p","attributes":{}"#

  private func problems(_ text: String) -> [String] {
    do throws(StubFileError) {
      _ = try StubIdentityFile.parse(Data(text.utf8))
      return []
    } catch { return error.problems.map { "\($0.place): \($0.message)" } }
  }

  @Test func aFileIsReadAsItWasWritten() throws {
    let people = [
      Stage.identity("a", "BNCNNA62A71F205V", level: .three, answers: .two),
      Stage.identity("b", nil, level: .one, error: .nr30),
    ]
    #expect(try StubIdentityFile.parse(StubIdentityFile.write(people)) == people)
  }

  @Test(arguments: ["", "[]", "{}", "null", #"{"identities":{}}"#, "\u{0}"])
  func whatIsNoSuchFileIsAMistake(_ text: String) {
    #expect(problems(text) == [": the file is no JSON object with a list of identities"])
  }

  @Test(arguments: [
    (#"{"user":"a"}"#, ["password: is missing", "level: is missing", "attributes: is missing"]),
    (#"{\#(good),"level":4}"#, ["level: must be 1, 2 or 3"]),
    (#"{\#(good),"level":"1"}"#, ["level: must be 1, 2 or 3"]),
    (#"{\#(good),"level":2}"#, ["totp: is needed from level 2 on"]),
    (#"{\#(good),"level":1,"totp":"MZXW6"}"#, ["totp: must be a key of 16 to 64 bytes in base 32"]),
    (#"{\#(good),"level":1,"answers":2}"#, ["answers: must be no higher than level"]),
    (#"{\#(good),"level":1,"error":"nr24"}"#, ["error: must be one of nr19, nr20, nr21, nr22, nr23, nr25, nr30"]),
    (#"{\#(good),"level":1,"pin":"x"}"#, ["pin: unknown key"]),
    (
      #"{"user":"","password":"p","level":1,"attributes":{}}"#,
      ["user: must be a text of 1 to 64 bytes without control characters"]
    ),
    (#"{"user":"a","password":"p","level":1,"attributes":{"nome":"x"}}"#, ["attributes.nome: unknown attribute"]),
    (#"{"user":"a","password":"p","level":1,"attributes":[]}"#, ["attributes: must be an object of texts"]),
  ])
  func eachMistakeNamesTheEntryAndTheKey(_ entry: String, _ expected: [String]) {
    let other = #"{"user":"b","password":"p","level":1,"attributes":{}}"#
    #expect(problems(#"{"identities":[\#(other),\#(entry)]}"#) == expected.map { "[1].\($0)" })
  }

  @Test func anEntryThatIsNoObjectIsNamed() {
    #expect(problems(#"{"identities":["a",7]}"#) == ["[0]: must be an object", "[1]: must be an object"])
  }

  @Test func twoOfOneNameAndAnEmptyListAndUnknownKeysAreMistakes() {
    let entry = #"{\#(IdentityFileTests.good),"level":1}"#
    #expect(problems(#"{"identities":[\#(entry),\#(entry)]}"#) == ["[1].user: stands there twice"])
    #expect(problems(#"{"identities":[]}"#) == [": the file holds no identity"])
    #expect(problems(#"{"identities":[\#(entry)],"people":[]}"#) == [": the file has the unknown key people"])
  }

  @Test func theModuleNamesTheSetting() throws {
    let path = NSTemporaryDirectory() + "/spid-stub-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(#"{"identities":[{}]}"#.utf8).write(to: URL(fileURLWithPath: path))
    let bench = try ModuleBench()
    let error = #expect(throws: ConfigurationError.self) {
      try bench.make(SPIDStubAuthenticator.self, settings: ["identities": path])
    }
    #expect(error?.problems.first?.key == "settings.identities[0].user")
    #expect(error?.problems.first?.line == 1)
    #expect(throws: ConfigurationError.self) { try bench.make(SPIDStubAuthenticator.self) }
    #expect(throws: ConfigurationError.self) {
      try bench.make(SPIDStubAuthenticator.self, settings: ["identities": "/nowhere/at/all"])
    }
  }

  @Test func theModuleWarnsOfItself() throws {
    #expect(try Stage().module.warnings.count == 1)
  }

  @Test func anIdentityDoesNotPrintItself() {
    let identity = Stage.identity("a", "BNCNNA62A71F205V", level: .one)
    #expect(!"\(identity) \(identity.assertion(.one))".contains("BNCNNA"))
  }
}
