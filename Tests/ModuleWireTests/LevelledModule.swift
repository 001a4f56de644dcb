import AccessModel
import AuthenticatorKit

/// A module with a weak and a strong way in, of which everybody takes the weak one.
struct LevelledModule: AuthenticatorModule {
  static let type = "levelled"
  static let weak = AuthenticationContext(acr: "urn:weak", level: .low, right: .consultation)

  let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .high, amr: [], ceiling: .dispositive,
    contexts: [weak, AuthenticationContext(acr: "urn:strong", level: .high, right: .dispositive)])

  init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {}

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    .prompt(
      Prompt(id: "levelled", fields: [PromptField("account", label: "Name", kind: .account)]), AuthenticationState())
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    .verified(VerifiedIdentity(subject: .local("anna"), acr: LevelledModule.weak.acr))
  }
}
