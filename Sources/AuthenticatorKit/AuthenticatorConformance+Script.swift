public import AccessModel

extension AuthenticatorConformance {
  /// Answers one step of a conversation.
  /// - Parameters:
  ///   - step: the prompt or redirect to answer.
  ///   - index: how many steps have been answered before, from 0.
  /// - Returns: the answer, or nil to give up.
  public typealias Answerer =
    @Sendable (_ step: AuthenticationStep, _ index: Int) async -> LoginAnswer?

  /// How to log in rightly, and how wrongly: what only the author of a module knows.
  public struct Script: Sendable {
    public let purpose: LoginRequest.Purpose
    /// The subject that the host names in ``LoginRequest``; needed for a second factor and for a step-up.
    public let subject: FiscalCode?
    /// Who is verified in the end.
    public let expected: VerifiedIdentity.Subject
    /// Right answers, in every conversation: a module with codes that are used once needs a new one each time.
    public let right: Answerer
    public let wrong: [WrongAttempt]
    /// Whether a right answer may be used once only.
    public let singleUse: Bool

    public init(
      purpose: LoginRequest.Purpose = .firstLogin, subject: FiscalCode? = nil, expected: VerifiedIdentity.Subject,
      wrong: [WrongAttempt] = [], singleUse: Bool = false, right: @escaping Answerer
    ) {
      self.purpose = purpose
      self.subject = subject
      self.expected = expected
      self.right = right
      self.wrong = wrong
      self.singleUse = singleUse
    }

    /// A script whose right answers are the same in every conversation.
    /// - Parameter right: the answer to the first step, to the second, and so on.
    public init(
      purpose: LoginRequest.Purpose = .firstLogin, subject: FiscalCode? = nil, expected: VerifiedIdentity.Subject,
      right: [LoginAnswer], wrong: [WrongAttempt] = [], singleUse: Bool = false
    ) {
      self.init(
        purpose: purpose, subject: subject, expected: expected, wrong: wrong, singleUse: singleUse,
        right: AuthenticatorConformance.answering(right))
    }

    /// The request that the script begins with.
    var login: LoginRequest { LoginRequest(purpose: purpose, subject: subject) }
  }

  /// Answers that must end in a denial: a wrong secret, an unknown subject.
  public struct WrongAttempt: Sendable {
    /// What is wrong, in a few words for the finding, such as `an unknown citizen`.
    public let name: String
    /// The subject that the host names; nil for the script's own.
    public let subject: FiscalCode?
    public let answers: Answerer

    public init(_ name: String, subject: FiscalCode? = nil, answers: @escaping Answerer) {
      self.name = name
      self.subject = subject
      self.answers = answers
    }

    public init(_ name: String, subject: FiscalCode? = nil, answers: [LoginAnswer]) {
      self.init(name, subject: subject, answers: AuthenticatorConformance.answering(answers))
    }
  }
}
