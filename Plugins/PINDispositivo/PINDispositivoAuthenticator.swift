import AccessModel
public import AuthenticatorKit

/// Lets somebody in, or lets somebody signed in do more, with a PIN of dispositivo grade only.
public struct PINDispositivoAuthenticator: AuthenticatorModule {
  public static let type = "pin-dispositivo"

  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .none, amr: ["pin"], ceiling: .dispositive, attempts: .vault)

  private let conversation: PINConversation

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    conversation = try PINConversation(minimumGrade: .dispositivo, settings: &settings, context: context)
  }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    conversation.begin(login)
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    try await conversation.resume(answer, from: state)
  }
}
