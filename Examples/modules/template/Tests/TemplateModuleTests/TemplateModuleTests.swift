import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import TemplateModule
import Testing

@Suite struct TemplateModuleTests {
  private func answer(_ name: String, _ watchword: String) -> LoginAnswer {
    LoginAnswer(["account": Secret(name), "watchword": Secret(watchword)])
  }

  @Test func `The module keeps every rule that the gateway relies on`() async throws {
    let module = try ModuleBench(instance: "template").make(TemplateAuthenticator.self)
    let script = AuthenticatorConformance.Script(
      expected: .local("anna"), right: [answer("anna", "a lantern in the fog")],
      wrong: [
        .init("a wrong watchword", answers: [answer("anna", "a lantern in the dark")]),
        .init("an unknown name", answers: [answer("carla", "a lantern in the fog")]),
        .init("another's watchword", answers: [answer("bruno", "a lantern in the fog")]),
      ])
    await expectConforms(module, script: script)
  }
}
