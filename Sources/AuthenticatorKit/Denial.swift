/// Why somebody was not let in.
///
/// The reason goes to the audit log and, unless ``isRevealable``, never to the person.
public struct Denial: Sendable, Equatable {
  /// A stable word in kebab or camel case, for logs and audit records.
  public let rawValue: String
  /// Whether the reason may be told: only where a right credential has been shown first (rule R9).
  public let isRevealable: Bool
  /// The reason in words for the person, where the module knows more than the word says. Holds no fiscal code.
  public let explanation: String?
  /// What the words are about, such as `date`, for a host that says them in another language.
  public let facts: [String: String]

  private init(
    _ rawValue: String, isRevealable: Bool = false, explanation: String? = nil, facts: [String: String] = [:]
  ) {
    self.rawValue = rawValue
    self.isRevealable = isRevealable
    self.explanation = explanation
    self.facts = facts
  }

  /// Unknown citizen or wrong secret: nobody can tell which (rule R9).
  public static let badCredentials = Denial("badCredentials")
  /// Too many failures; from outside the same as ``badCredentials``.
  public static let locked = Denial("locked")
  /// The credential is right and its grade is too low for this module.
  public static let gradeTooLow = Denial("gradeTooLow", isRevealable: true)
  /// The person has not set this method up.
  public static let notEnrolled = Denial("notEnrolled", isRevealable: true)
  /// The person gave up.
  public static let cancelled = Denial("cancelled", isRevealable: true)
  /// The module answered with somebody else than the one who is signed in.
  public static let anotherPerson = Denial("anotherPerson")
  /// The module answered with something that it may not say.
  public static let notAllowed = Denial("notAllowed")
  /// The module failed, hung or lied (safety sentence 8).
  public static let moduleFault = Denial("moduleFault")

  /// A refusal that explains itself: something right has been shown before, or somebody else has told the person already.
  /// - Parameters:
  ///   - reason: a stable word such as `spid-nr25`.
  ///   - explanation: what it means and what to do, for the person.
  ///   - facts: what the words are about, such as `level`.
  public static func explained(_ reason: String, _ explanation: String, facts: [String: String] = [:]) -> Denial {
    Denial(reason, isRevealable: true, explanation: explanation, facts: facts)
  }

  /// A certificate whose private key the person holds, and that is not accepted: they may know why.
  /// - Parameters:
  ///   - reason: a stable word such as `certificate-expired`.
  ///   - explanation: what it means and what to do, for the person.
  ///   - facts: what the words are about, such as `date`.
  public static func certificate(_ reason: String, _ explanation: String, facts: [String: String] = [:]) -> Denial {
    .explained(reason, explanation, facts: facts)
  }
}
