import AccessModel
package import AuthenticatorKit

/// A second factor that knows everybody by one word.
package struct SecondWordModule: AuthenticatorModule {
  package static let type = "second-word"
  package static let word = "314159"

  package let descriptor = AuthenticatorDescriptor(
    role: .secondFactor, assurance: .low, amr: ["otp"], ceiling: .consultation)

  package init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {}

  package func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = login.subject else { return .denied(.badCredentials) }
    let field = PromptField("second_word", label: "Word", kind: .code)
    return .prompt(
      Prompt(id: "second-word", fields: [field]), AuthenticationState(bytes: Array(subject.rawValue.utf8)))
  }

  package func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = try? FiscalCode(String(decoding: state.bytes, as: UTF8.self)),
      answer.secret("second_word") == Secret(SecondWordModule.word)
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(subject)))
  }
}
