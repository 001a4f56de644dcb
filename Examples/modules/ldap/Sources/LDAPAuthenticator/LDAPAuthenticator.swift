import AccessModel
public import AuthenticatorKit

/// Asks for a user name and a password, and has an LDAP directory judge them.
///
/// The person is found with a search and proven with a bind as the entry that was found (RFC 4511 sections 4.2 and
/// 4.5). Nothing is kept between two logins, a connection neither.
public struct LDAPAuthenticator: AuthenticatorModule {
  public static let type = "ldap"

  public let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .low, amr: ["pwd"], ceiling: .consultation)
  public let warnings: [String]
  public var health: (any AuthenticatorHealth)? { desk }

  private let desk: DirectoryDesk

  /// What the host gives back with the answer: there is nothing to know again, only that it was us who asked.
  private static let asked = AuthenticationState(bytes: Array("asked".utf8))

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    let read = try LDAPSettings(&settings)
    warnings = read.warnings
    desk = DirectoryDesk(settings: read, world: context.world)
  }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep { ask() }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard state == LDAPAuthenticator.asked else { return .denied(.badCredentials) }
    guard let name = PersonName(answer["account"] ?? ""), let password = answer.secret("password"),
      Password.canBeRight(password)
    else { return ask("Type your user name and your password.") }
    switch try await desk.check(name, password) {
    case .proven(let subject): return .verified(VerifiedIdentity(subject: .local(subject)))
    case .refused: return .denied(.badCredentials)
    case .mustChange:
      return .denied(
        .explained("password-change-required", "Your password has to be changed before you can log in with it."))
    }
  }

  private func ask(_ message: String? = nil) -> AuthenticationStep {
    let name = PromptField("account", label: "User name", kind: .account)
    let password = PromptField("password", label: "Password", kind: .secret)
    return .prompt(Prompt(id: "ldap", message: message, fields: [name, password]), LDAPAuthenticator.asked)
  }
}
