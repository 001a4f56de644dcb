import AccessModel
public import AuthenticatorKit
import OneTimeCodes

/// Asks for the code of an authenticator application (RFC 6238), after another module has proven who it is.
public struct TOTPAuthenticator: AuthenticatorModule {
  public static let type = "totp"

  public let descriptor = AuthenticatorDescriptor(
    role: .secondFactor, assurance: .low, amr: ["otp"], ceiling: .consultation)

  /// Sets the method up and takes it away, with this instance's settings and storage.
  public let enrolment: TOTPEnrolment

  private let parameters: TOTPParameters
  private let window: Int64
  private let storage: any ModuleStorage
  private let world: World

  public init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError) {
    parameters = try TOTPParameters(settings: &settings)
    window = Int64(try settings.integer("window", in: 0...3, default: 1))
    enrolment = TOTPEnrolment(parameters: parameters, context: context)
    storage = context.storage
    world = context.world
  }

  public func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = login.subject else { return .denied(.badCredentials) }
    guard let (record, _) = try await record(of: subject) else { return .denied(.notEnrolled) }
    return ask(record, AuthenticationState(bytes: Array(subject.rawValue.utf8)))
  }

  public func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = try? FiscalCode(String(decoding: state.bytes, as: UTF8.self)),
      let (record, version) = try await record(of: subject)
    else { return .denied(.badCredentials) }
    guard let code = TOTPAuthenticator.digits(answer.secret("otp"), count: record.parameters.digits) else {
      return ask(record, state, "The code has \(record.parameters.digits) digits.")
    }
    guard let step = record.step(of: code, at: world.now(), window: window) else { return .denied(.badCredentials) }
    // Of two logins with one code, the one whose write comes first gets in; the other's version is old by then.
    let isOurs = try await storage.put(
      storage.totpKey(of: subject), record.used(step).bytes, ifVersion: version, expiresAt: nil)
    return isOurs ? .verified(VerifiedIdentity(subject: .fiscalCode(subject))) : .denied(.badCredentials)
  }

  private func record(
    of subject: FiscalCode
  ) async throws(AuthenticatorFault) -> (record: TOTPRecord, version: Int64)? {
    guard let item = try await storage.get(storage.totpKey(of: subject)) else { return nil }
    guard let record = TOTPRecord(item.value) else { throw .unavailable("a stored TOTP enrolment cannot be read") }
    return (record, item.version)
  }

  private func ask(
    _ record: TOTPRecord, _ state: AuthenticationState, _ message: String? = nil
  ) -> AuthenticationStep {
    let label = "Code from your authenticator app (\(record.parameters.digits) digits)"
    return .prompt(Prompt(id: "totp", message: message, fields: [PromptField("otp", label: label, kind: .code)]), state)
  }

  /// The code without the spaces that applications show in it; nil if it is not so many digits.
  private static func digits(_ typed: Secret?, count: Int) -> Secret? {
    guard let typed, typed.count <= 64 else { return nil }
    let code = Secret(typed.bytes.filter { $0 != UInt8(ascii: " ") })
    return code.count == count && code.bytes.allSatisfy { (0x30...0x39).contains($0) } ? code : nil
  }
}
