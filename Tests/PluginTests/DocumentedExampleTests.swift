import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

@Suite struct PaperCodeTests {
  private let citizen: FiscalCode
  private let bench: ModuleBench
  private let module: PaperCodeAuthenticator

  init() throws {
    citizen = try FiscalCode("RSSMRA85T10H501O")
    bench = try ModuleBench(instance: "paper-code")
    module = try bench.make(PaperCodeAuthenticator.self, settings: ["code_length": "6"])
  }

  private func answer(_ code: String) -> LoginAnswer { LoginAnswer(["paper_code": Secret(code)]) }

  @Test func itConforms() async throws {
    let (module, citizen) = (module, citizen)
    #expect(try await module.issue([Secret("first1")], to: citizen))
    let script = AuthenticatorConformance.Script(
      purpose: .secondFactor, subject: citizen, expected: .fiscalCode(citizen),
      wrong: [.init("a code that is not on the list", answers: [answer("wrong0")])], singleUse: true
    ) { _, _ in
      _ = try? await module.issue([Secret("second")], to: citizen)
      return LoginAnswer(["paper_code": Secret("second")])
    }
    await expectConforms(module, script: script)
  }

  @Test func ofTwoLoginsWithOneCodeOneWins() async throws {
    #expect(try await module.issue([Secret("abc123"), Secret("def456")], to: citizen))
    let (module, state) = (module, AuthenticationState(bytes: Array(citizen.rawValue.utf8)))
    let verified = AuthenticationStep.verified(VerifiedIdentity(subject: .fiscalCode(citizen)))
    // The rival logs in after our module has read the list and before it writes.
    bench.storage.beforeNextPut {
      let rival = try? await module.resume(LoginAnswer(["paper_code": Secret("abc123")]), from: state)
      #expect(rival == verified)
    }
    #expect(try await module.resume(answer("abc123"), from: state) == .denied(.badCredentials))
  }
}
