package import AccessModel

extension AuthenticatorConformance {
  /// A conversation that was led to its end.
  struct Conversation: Sendable {
    let turns: [Turn]
    let end: AuthenticationStep
  }

  /// A step with the answer to it, and the state that went back with the answer.
  struct Turn: Sendable {
    let step: AuthenticationStep
    let answer: LoginAnswer
    let state: AuthenticationState
  }

  /// Gives the same answers in every conversation.
  static func answering(_ answers: [LoginAnswer]) -> Answerer {
    { _, index in index < answers.count ? answers[index] : nil }
  }

  /// No login has more steps than this.
  static let maximumSteps = 10

  /// Two citizens who are nobody.
  static let strangers: [FiscalCode] = ["50A01", "51A02"].compactMap { nobody(born: $0) }

  /// A code in good form for a birth in a place that does not exist, so that it is nobody's.
  /// - Parameter date: as a code has it, such as `50A01`.
  package static func nobody(born date: String) -> FiscalCode? {
    let start = "XXXXXX\(date)Z999"
    return try? FiscalCode(start + String(UnicodeScalar(FiscalCode.checkCharacter(of: start.utf8))))
  }

  /// Leads a conversation until a verdict, or until the answerer gives up.
  /// - Parameter tamper: what to do to the state of each step before it is sent back.
  func converse(
    _ login: LoginRequest, answers: Answerer,
    tamper: @Sendable (AuthenticationState) -> AuthenticationState = { $0 }
  ) async throws(AuthenticatorFault) -> Conversation {
    var step = try await authenticator.begin(login)
    var turns: [Turn] = []
    for index in 0..<AuthenticatorConformance.maximumSteps {
      guard let state = step.state, let answer = await answers(step, index) else { break }
      let turn = Turn(step: step, answer: answer, state: tamper(state))
      turns.append(turn)
      step = try await authenticator.resume(turn.answer, from: turn.state)
    }
    return Conversation(turns: turns, end: step)
  }

  /// The requests that a host makes in the ordinary course of things.
  var ordinaryLogins: [LoginRequest] {
    let known = AuthenticatorConformance.strangers.prefix(1) + [script?.subject].compactMap { $0 }
    switch authenticator.descriptor.role {
    case .primary:
      let first = [LoginRequest(purpose: .firstLogin)]
      return first + known.map { LoginRequest(purpose: .stepUp, subject: $0) }
    case .secondFactor:
      return known.flatMap { subject in
        [LoginRequest(purpose: .secondFactor, subject: subject), LoginRequest(purpose: .stepUp, subject: subject)]
      }
    }
  }
}

extension String {
  /// `badCredentials` as the wire and the logs say it, `bad-credentials`.
  var inKebabCase: String { reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" } }
}

extension AuthenticationStep {
  /// The state of a step that waits for an answer.
  var state: AuthenticationState? {
    switch self {
    case .prompt(_, let state), .redirect(_, let state): state
    case .verified, .denied: nil
    }
  }

  /// Who is verified, if anybody is.
  var verifiedSubject: VerifiedIdentity.Subject? {
    if case .verified(let identity) = self { identity.subject } else { nil }
  }

  /// What can be compared of two steps that answer the same request; states and addresses hold nonces.
  var outline: String {
    switch self {
    case .prompt(let prompt, _): "a prompt \(prompt.id) with \(prompt.fields.map(\.name).joined(separator: ", "))"
    case .redirect: "a redirect"
    case .verified: "a verified identity"
    case .denied(let denial): "a denial (\(denial.rawValue.inKebabCase))"
    }
  }
}
