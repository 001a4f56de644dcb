import AccessModel
package import AuthenticatorKit

/// One module with every kind of answer, to be run in the gateway and beside it: asks for a name and a watchword, and then
/// does what it does to everybody of that name.
package struct KeepsakeModule: AuthenticatorModule {
  package static let type = "keepsake"
  package static let watchword = "a lantern in the fog"
  package static let code = "271828"

  package let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .substantial, amr: ["kba"], ceiling: .dispositive)

  package init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {}

  private static let asked = AuthenticationState(bytes: Array("asked".utf8))
  private static let askedTwice = AuthenticationState(bytes: Array("asked twice".utf8))

  package func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let fields = [
      PromptField("account", label: "Name", kind: .account), PromptField("watchword", label: "Parola", kind: .secret),
    ]
    return .prompt(Prompt(id: "keepsake", message: "Who are you? Perché?", fields: fields), KeepsakeModule.asked)
  }

  package func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    if state == KeepsakeModule.askedTwice {
      let isRight = answer.secret("code") == Secret(KeepsakeModule.code)
      return isRight ? verified("twice") : .denied(.badCredentials)
    }
    guard state == KeepsakeModule.asked, let name = answer["account"],
      answer.secret("watchword") == Secret(KeepsakeModule.watchword)
    else { return .denied(.badCredentials) }
    return try step(for: name)
  }

  private func step(for name: String) throws(AuthenticatorFault) -> AuthenticationStep {
    switch name {
    case "anna", "unlinked": return verified(name)
    case "weak": return verified(name, right: .consultation, level: AssuranceLevel.none)
    case "twice":
      let field = PromptField("code", label: "Code", kind: .code)
      return .prompt(Prompt(id: "keepsake-code", fields: [field]), KeepsakeModule.askedTwice)
    case "explained": return .denied(.explained("keepsake-lost", "You have lost your keepsake: ask for another."))
    case "unenrolled": return .denied(.notEnrolled)
    case "busy": throw .busy(retryAfterSeconds: 5)
    case "broken": throw .unavailable("the keepsake is broken")
    default: return .denied(.badCredentials)
    }
  }

  private func verified(_ name: String, right: AccessRight? = nil, level: AssuranceLevel? = nil) -> AuthenticationStep {
    .verified(VerifiedIdentity(subject: .local(name), right: right, level: level))
  }
}
