extension AuthenticatorConformance {
  /// The rules by a stable name.
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// `begin` answers ordinary requests with a step, never with a fault.
    case beginNeverFaults = "begin-never-faults"
    /// A second factor that is told no subject denies.
    case secondFactorNeedsSubject = "second-factor-needs-subject"
    /// Nobody is verified before anything has been shown.
    case noVerdictWithoutEvidence = "no-verdict-without-evidence"
    /// Prompts have fields with usable names and labels.
    case promptsAreWellFormed = "prompts-are-well-formed"
    /// A secret is asked for where an account has been named, so that somebody's guesses can be counted.
    case secretsAreCountable = "secrets-are-countable"
    /// A state holds at most ``AuthenticationState/maximumBytes``.
    case stateIsSmall = "state-is-small"
    /// The same request at the same time gets the same kind of answer.
    case beginsBehaveAlike = "begins-behave-alike"
    /// Empty, missing, foreign and hostile answers are neither verified nor a fault.
    case hostileAnswersFail = "hostile-answers-fail"
    /// A damaged or foreign state verifies nobody else.
    case hostileStatesFail = "hostile-states-fail"
    /// The script's right answers verify the script's subject.
    case rightAnswersVerify = "right-answers-verify"
    /// Nobody is verified but the subject of the request, where it names one.
    case subjectIsKept = "subject-is-kept"
    /// An account has exactly one spelling: every other one that is taken is a guess more, which the host cannot count.
    case oneSpelling = "one-spelling"
    /// Wrong answers are denied, all in the same way (rule R9).
    case wrongAnswersLookAlike = "wrong-answers-look-alike"
    /// What may be used once is used once.
    case usedStepsStayUsed = "used-steps-stay-used"
  }
}
