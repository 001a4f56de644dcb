public import AccessModel

/// What to name in a step-up challenge (RFC 9470 section 3) when a demand does not say it itself.
public struct StepUp: Sendable, Hashable {
  /// The `acr` values that the broker's dispositive logins have, best first; empty to leave them out.
  public let acrValues: [String]
  /// How fresh the login must be; the broker's freshness window is 15 minutes (rule R1).
  public let maxAge: TimeSpan?

  public init(acrValues: [String] = [], maxAge: TimeSpan? = .minutes(15)) {
    self.acrValues = acrValues
    self.maxAge = maxAge
  }
}

extension ScopeDemand {
  /// Judges a token that is itself in order (rules R2 and R8).
  func judge(_ token: VerifiedToken, stepUp: StepUp, at now: Instant) -> ScopeVerdict {
    guard token.scopes.satisfies(scope) else {
      return .refused(
        wouldStepUpHelp(token, stepUp) ? challenge(.consultationOnly, stepUp) : Refusal(.scopeMissing, scope: scope))
    }
    if let maxAge, !token.isFresh(within: maxAge, at: now) {
      return .refused(challenge(.authenticationTooOld, stepUp))
    }
    return .allowed(token)
  }

  /// Whoever has logged in more weakly than the demand needs is asked to log in more strongly: by their `acr`, or, where
  /// the service names none, because they hold the right to consult the same service.
  private func wouldStepUpHelp(_ token: VerifiedToken, _ stepUp: StepUp) -> Bool {
    guard scope.right == .dispositive else { return false }
    let enough = acrValues.isEmpty ? stepUp.acrValues : acrValues
    if !enough.isEmpty, let acr = token.acr, !enough.contains(acr) { return true }
    return token.scopes.satisfies(ServiceScope(.consultation, scope.service, operation: scope.operation))
  }

  private func challenge(_ reason: Refusal.Reason, _ stepUp: StepUp) -> Refusal {
    Refusal(
      reason, scope: scope, acrValues: acrValues.isEmpty ? stepUp.acrValues : acrValues,
      maxAge: maxAge ?? stepUp.maxAge)
  }
}
