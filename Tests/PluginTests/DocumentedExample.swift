public import AccessModel
public import AuthenticatorKit

/// A second factor: codes on paper, each good for one login.
public struct PaperCodeAuthenticator: AuthenticatorModule {
  public static let type = "paper-code"

  public let descriptor = AuthenticatorDescriptor(
    role: .secondFactor, assurance: .low, amr: ["otp"], ceiling: .consultation)

  private let length: Int
  private let storage: any ModuleStorage

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    length = try settings.integer("code_length", in: 6...12, default: 8)
    storage = context.storage
  }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = login.subject else { return .denied(.badCredentials) }
    guard try await storage.get(key(subject)) != nil else { return .denied(.notEnrolled) }
    return ask(AuthenticationState(bytes: Array(subject.rawValue.utf8)))
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = try? FiscalCode(String(decoding: state.bytes, as: UTF8.self)) else {
      return .denied(.badCredentials)
    }
    guard let code = answer.secret("paper_code"), code.count == length else {
      return ask(state, "The code has \(length) characters.")
    }
    return try await spend(code, of: subject)
  }

  /// Hands out new codes, in place of what is left of the old ones.
  /// - Parameter codes: at most 300, each of `code_length` bytes.
  public func issue(_ codes: [Secret], to subject: FiscalCode) async throws(AuthenticatorFault) -> Bool {
    let old = try await storage.get(key(subject))
    return try await storage.put(key(subject), codes.flatMap(\.bytes), ifVersion: old?.version, expiresAt: nil)
  }

  /// Strikes the code off the list. Of two logins with one code, the one whose write comes first gets in.
  private func spend(_ code: Secret, of subject: FiscalCode) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let list = try await storage.get(key(subject)) else { return .denied(.badCredentials) }
    let codes = stride(from: 0, to: list.value.count, by: length).map {
      Secret(list.value[$0..<min($0 + length, list.value.count)])
    }
    let left = codes.filter { $0 != code }
    guard left.count < codes.count else { return .denied(.badCredentials) }
    let isOurs = try await storage.put(
      key(subject), left.flatMap(\.bytes), ifVersion: list.version, expiresAt: nil)
    return isOurs ? .verified(VerifiedIdentity(subject: .fiscalCode(subject))) : .denied(.badCredentials)
  }

  private func ask(_ state: AuthenticationState, _ message: String? = nil) -> AuthenticationStep {
    let field = PromptField("paper_code", label: "Code from your list", kind: .code)
    return .prompt(Prompt(id: "paper-code", message: message, fields: [field]), state)
  }

  private func key(_ subject: FiscalCode) -> String { "codes/\(storage.pseudonym(of: subject))" }
}
