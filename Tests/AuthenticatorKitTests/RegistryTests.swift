import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

private struct FirstModule: AuthenticatorModule {
  static let type = "first"
  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .low, amr: [], ceiling: .consultation)
  let digits: Int

  init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    digits = try settings.integer("digits", in: 1...9, default: 4)
  }
  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep { .denied(.cancelled) }
  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep { .denied(.cancelled) }
}

@Suite struct RegistryTests {
  private let registry = AuthenticatorRegistry(FirstModule.self)
  private let bench: ModuleBench
  init() throws { bench = try ModuleBench() }

  @Test func aKnownTypeIsBuiltFromItsSettings() throws {
    let made = try registry.make(type: "first", settings: Settings(scalars: ["digits": "7"]), context: bench.context)
    #expect((made as? FirstModule)?.digits == 7)
    #expect(registry.types == ["first"] && registry.contains("first") && !registry.contains("First"))
  }

  @Test func anUnknownTypeIsNil() throws {
    #expect(try registry.make(type: "second", settings: Settings(), context: bench.context) == nil)
  }

  @Test func aSettingThatTheModuleDidNotReadIsAnError() {
    let error = #expect(throws: ConfigurationError.self) {
      try registry.make(type: "first", settings: Settings(scalars: ["digit": "7"]), context: bench.context)
    }
    #expect(error?.description == "line 1: settings.digit: unknown key")
  }
}
