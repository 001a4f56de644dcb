import AccessModel
import AuthenticatorKit

/// The least that a module can do in a login of two steps, so that a measurement shows the way to it and nothing else.
struct WatchwordModule: AuthenticatorModule {
  static let type = "watchword"
  static let watchword = Secret("open sesame")

  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .high, amr: ["kba"], ceiling: .dispositive)
  private static let memory = AuthenticationState(bytes: Array("watchword".utf8))
  private static let prompt = Prompt(
    id: "watchword", message: "Say the watchword.",
    fields: [
      PromptField("account", label: "Name", kind: .account),
      PromptField("watchword", label: "Watchword", kind: .secret),
    ])

  init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {}

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    .prompt(WatchwordModule.prompt, WatchwordModule.memory)
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard state == WatchwordModule.memory, let account = answer["account"],
      answer.secret("watchword") == WatchwordModule.watchword
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .local(account)))
  }
}
