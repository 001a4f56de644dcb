extension AuthenticatorConformance {
  /// The rules that do not concern the module, that the script says nothing of, or that nothing was seen of; a rule may
  /// not pass for kept because there was no occasion to break it.
  func uncheckedRules() -> [Rule: String] {
    uncheckedByRole.merging(uncheckedWithoutScript) { first, _ in first }
      .merging(uncheckedBySightings) { first, _ in first }
  }

  private var uncheckedByRole: [Rule: String] {
    var reasons: [Rule: String] = [:]
    let descriptor = authenticator.descriptor
    if descriptor.role == .primary { reasons[.secondFactorNeedsSubject] = "the module is primary" }
    if descriptor.role == .secondFactor { reasons[.oneSpelling] = "the module is a second factor" }
    if descriptor.attempts != .host {
      for rule in [Rule.secretsAreCountable, .oneSpelling] { reasons[rule] = "the host does not count the attempts" }
    }
    return reasons
  }

  private var uncheckedWithoutScript: [Rule: String] {
    var reasons: [Rule: String] = [:]
    if script == nil {
      for rule in [Rule.rightAnswersVerify, .subjectIsKept, .oneSpelling] { reasons[rule] = "needs a script" }
    }
    if script?.wrong.isEmpty ?? true { reasons[.wrongAnswersLookAlike] = "needs a script with wrong attempts" }
    if script?.singleUse != true { reasons[.usedStepsStayUsed] = "needs a script for codes that are good once" }
    return reasons
  }

  private var uncheckedBySightings: [Rule: String] {
    var reasons: [Rule: String] = [:]
    let seen = sightings.seen
    func note(_ rules: [Rule], _ reason: String) {
      for rule in rules where reasons[rule] == nil { reasons[rule] = reason }
    }
    if !seen.contains(.step) { note([.noVerdictWithoutEvidence, .beginsBehaveAlike], "begin answered nothing") }
    if !seen.contains(.prompt) { note([.promptsAreWellFormed, .secretsAreCountable], "no prompt was seen") }
    if !seen.contains(.account) { note([.oneSpelling], "no field of kind account was seen") }
    if !seen.contains(.state) {
      note([.stateIsSmall, .hostileAnswersFail, .hostileStatesFail], "nothing was asked that could be answered")
    }
    if !seen.contains(.verified) {
      note(
        [.subjectIsKept, .oneSpelling, .wrongAnswersLookAlike, .usedStepsStayUsed], "no login ended verified")
    }
    return reasons
  }
}
