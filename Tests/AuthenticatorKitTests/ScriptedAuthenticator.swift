import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Synchronization

/// An authenticator made of two closures: whatever a test wants to do wrong.
struct ScriptedAuthenticator: Authenticator {
  typealias Begin = @Sendable (LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep
  typealias Resume =
    @Sendable (LoginAnswer, AuthenticationState) async throws(AuthenticatorFault) -> AuthenticationStep

  let descriptor: AuthenticatorDescriptor
  private let onBegin: Begin
  private let onResume: Resume

  init(
    _ role: AuthenticatorDescriptor.Role = .primary, begin: @escaping Begin = { .ask($0.subject) },
    resume: @escaping Resume = { (_, _) throws(AuthenticatorFault) in .denied(.badCredentials) }
  ) {
    descriptor = AuthenticatorDescriptor(role: role, assurance: .none, amr: ["pwd"], ceiling: .consultation)
    onBegin = begin
    onResume = resume
  }

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    try await onBegin(login)
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    try await onResume(answer, state)
  }
}

extension AuthenticationStep {
  /// A well-formed prompt for `name` and `word`, with the subject as state.
  static func ask(
    _ subject: FiscalCode?, fields: [PromptField] = AuthenticationStep.fields, id: String = "word"
  ) -> AuthenticationStep {
    .prompt(
      Prompt(id: id, fields: fields), AuthenticationState(bytes: Array((subject?.rawValue ?? "nobody").utf8)))
  }

  static let fields = [
    PromptField("name", label: "Name", kind: .account), PromptField("word", label: "Password", kind: .secret),
  ]
}

/// Two citizens, a good module for them, and its script.
struct GoodModule: Sendable {
  let citizen: FiscalCode
  let other: FiscalCode

  init() throws {
    citizen = try FiscalCode("RSSMRA85T10H501O")
    other = try FiscalCode("BNCNNA62A71F205V")
  }

  func answer(_ name: FiscalCode, _ word: String = "right") -> LoginAnswer {
    LoginAnswer(["name": Secret(name.rawValue), "word": Secret(word)])
  }

  func script(singleUse: Bool = false) -> AuthenticatorConformance.Script {
    AuthenticatorConformance.Script(
      expected: .fiscalCode(citizen), right: [answer(citizen)],
      wrong: [
        .init("a wrong password", answers: [answer(citizen, "wrong")]),
        .init("an unknown citizen", answers: [answer(other)]),
      ], singleUse: singleUse)
  }

  /// Judges an answer as a good module does.
  func resume(_ answer: LoginAnswer, _ state: AuthenticationState) -> AuthenticationStep {
    let known = String(decoding: state.bytes, as: UTF8.self)
    guard known == "nobody" || (try? FiscalCode(known)) != nil else { return .denied(.badCredentials) }
    let name = known == "nobody" ? answer["name"] : known
    guard name == citizen.rawValue, answer.secret("word") == Secret("right") else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(citizen)))
  }

  var authenticator: ScriptedAuthenticator {
    ScriptedAuthenticator(resume: { [self] (answer, state) throws(AuthenticatorFault) in resume(answer, state) })
  }
}
