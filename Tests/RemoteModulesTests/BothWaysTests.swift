import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import RemoteModules
import RemoteModulesTesting
import Testing

/// One module, built in and in a process of its own, keeps the same rules.
@Suite struct BothWaysTests {
  private static func answer(_ name: String, _ watchword: String = KeepsakeModule.watchword) -> LoginAnswer {
    LoginAnswer(["account": Secret(name), "watchword": Secret(watchword)])
  }

  private static let code = LoginAnswer(["code": Secret(KeepsakeModule.code)])

  private static let scripts: [AuthenticatorConformance.Script] = [
    .init(
      expected: .local("anna"), right: [answer("anna")],
      wrong: [
        .init("a wrong watchword", answers: [answer("anna", "x")]), .init("nobody's name", answers: [answer("zoe")]),
        .init("a wrong code", answers: [answer("twice"), LoginAnswer(["code": Secret("1")])]),
      ]),
    .init(expected: .local("twice"), right: [answer("twice"), code]),
    .init(expected: .local("weak"), right: [answer("weak")]),
  ]

  private static var keepsake: RemoteInstance {
    var instance = RemoteInstance()
    (instance.ceiling, instance.level, instance.amr) = (.dispositive, .substantial, ["kba"])
    instance.more["may_explain"] = "true"
    return instance
  }

  @Test func theModuleConformsBuiltIn() async throws {
    let module = try ModuleBench(instance: "keepsake").make(KeepsakeModule.self)
    for script in BothWaysTests.scripts { await expectConforms(module, script: script) }
  }

  @Test func theSameModuleConformsInAProcessOfItsOwn() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      let module = try BothWaysTests.keepsake.authenticator(socket: socket)
      for script in BothWaysTests.scripts { await expectConforms(module, script: script) }
    }
  }

  @Test func theDescriptorsAreTheSame() async throws {
    let builtIn = try ModuleBench(instance: "keepsake").make(KeepsakeModule.self)
    let remote = try BothWaysTests.keepsake.authenticator(socket: "/run/m.sock")
    #expect(remote.descriptor == builtIn.descriptor)
  }

  @Test(arguments: ["anna", "weak", "twice", "explained", "unenrolled", "busy", "broken", "zoe"])
  func everyAnswerIsTheSame(_ name: String) async throws {
    let builtIn = try ModuleBench(instance: "keepsake").make(KeepsakeModule.self)
    try await withServed(KeepsakeModule.self) { socket in
      let remote = try BothWaysTests.keepsake.authenticator(socket: socket)
      let expected = await outline(of: builtIn, name)
      #expect(await outline(of: remote, name) == expected)
      #expect(expected.first?.hasPrefix("prompt") == true)
    }
  }

  /// What a conversation comes to, but for the states, which the host never looks into.
  private func outline(of module: any Authenticator, _ name: String) async -> [String] {
    var outline: [String] = []
    do {
      var step = try await module.begin(LoginRequest(purpose: .firstLogin))
      for answer in [BothWaysTests.answer(name), BothWaysTests.code] {
        guard case .prompt(let prompt, let state) = step else { break }
        outline.append("prompt \(prompt)")
        step = try await module.resume(answer, from: state)
      }
      return outline + ["\(step)"]
    } catch {
      if case .busy(let seconds) = error { return outline + ["busy \(seconds)"] }
      return outline + ["unavailable"]
    }
  }

  // A second factor, which the operator lets know the fiscal code.

  private func script() throws -> AuthenticatorConformance.Script {
    let mario = try FiscalCode("RSSMRA85T10H501O")
    return .init(
      purpose: .secondFactor, subject: mario, expected: .fiscalCode(mario),
      right: [LoginAnswer(["second_word": Secret(SecondWordModule.word(of: mario))])],
      wrong: [.init("another word", answers: [LoginAnswer(["second_word": Secret("1")])])])
  }

  @Test func aSecondFactorConformsBothWays() async throws {
    await expectConforms(try ModuleBench().make(SecondWordModule.self), script: try script())
    try await withServed(SecondWordModule.self) { socket in
      var instance = RemoteInstance()
      (instance.role, instance.level) = ("second-factor", .low)
      instance.more["learns_fiscal_code"] = "true"
      await expectConforms(try instance.authenticator(socket: socket), script: try script())
    }
  }
}
