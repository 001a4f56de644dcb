import AccessModel
public import AuthenticatorKit

/// Lets somebody in with any active PIN, to consult and no more.
public struct PINOrdinarioAuthenticator: AuthenticatorModule {
  public static let type = "pin-ordinario"

  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .none, amr: ["pin"], ceiling: .consultation, attempts: .vault)

  private let conversation: PINConversation

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    conversation = try PINConversation(minimumGrade: .ordinario, settings: &settings, context: context)
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
