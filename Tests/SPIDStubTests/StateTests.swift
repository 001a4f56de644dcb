import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import SPIDStub
import SPIDStubProvider
import Testing

/// States that come back other than they went.
@Suite struct StateTests {
  private let stage: Stage
  private let right = LoginAnswer(["user": Secret("anna"), "password": Secret(Stage.password)])

  init() throws { stage = try Stage() }

  @Test(arguments: [
    "", "{}", "null", "[]", "BNCNNA62A71F205V",
    #"{"progress":{"asked":9,"step":"password"}}"#,
    #"{"progress":{"asked":1,"step":"password"},"request":"x"}"#,
    #"{"progress":{"asked":1,"step":"password"},"subject":"nobody"}"#,
    #"{"progress":{"asked":2,"step":"code","user":"nessuno"}}"#,
    #"{"progress":{"asked":2,"step":"code"}}"#,
    #"{"progress":{"asked":3,"step":"code","user":"luigi"}}"#,
    #"{"progress":{"asked":3,"step":"confirmation","user":"mario"}}"#,
    #"{"progress":{"asked":1,"step":"consent","user":"anna"}}"#,
    #"{"request":"x","asked":1}"#,
  ])
  func whatTheModuleDidNotWriteIsDenied(_ text: String) async throws {
    let state = AuthenticationState(bytes: Array(text.utf8))
    #expect(try await stage.module.resume(right, from: state) == .denied(.badCredentials))
  }

  @Test func aStateHoldsNoSecret() async throws {
    let first = try await stage.begin(.two, hasBrowser: false)
    let second = try await stage.module.resume(right, from: try #require(first.waiting))
    let text = String(decoding: try #require(second.waiting).bytes, as: UTF8.self)
    #expect(text.contains("anna"))
    #expect(!text.contains(Stage.password))
  }

  @Test func theStateOfARedirectIsNoConversation() async throws {
    let state = try #require(try await stage.begin(.one).waiting)
    #expect(try await stage.module.resume(right, from: state).denial?.reason == "spid-response")
  }

  @Test func aFaultOfTheStoragePassesThrough() async throws {
    let fault = AuthenticatorFault.unavailable("gone")
    stage.bench.storage.fail(with: fault)
    await #expect(throws: fault) { try await stage.begin(.one) }
    await #expect(throws: fault) { try await stage.converse("anna", .two) }
  }
}
