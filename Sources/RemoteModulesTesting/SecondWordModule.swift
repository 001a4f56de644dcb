package import AccessModel
package import AuthenticatorKit

/// A second factor that knows every citizen by a word, which is no secret.
package struct SecondWordModule: AuthenticatorModule {
  package static let type = "second-word"

  /// Six digits, and others for somebody else.
  package static func word(of citizen: FiscalCode) -> String {
    let number = citizen.rawValue.utf8.reduce(UInt64(0)) { ($0 &* 33) &+ UInt64($1) }
    return String(100_000 + number % 900_000)
  }

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
      answer.secret("second_word") == Secret(SecondWordModule.word(of: subject))
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(subject)))
  }
}
