/// Counts guesses at secrets on a module's own pages, by the account, with the counter that answers to prompts have:
/// neither way in gives guesses that the other has used up.
public protocol AttemptCounter: Sendable {
  /// Takes the one attempt at an account that is free, as failed until told otherwise, and only then compares.
  /// - Parameters:
  ///   - account: as the person types it, or as the page knows it from a step before.
  ///   - compare: what the page makes of the answer, and what that is to the counter.
  /// - Returns: nil during a lock, without a comparison: to be answered like a wrong secret.
  func counted<Value: Sendable>(
    _ account: String,
    _ compare: @Sendable () async throws(AuthenticatorFault) -> (value: Value, outcome: AttemptOutcome)
  ) async throws(AuthenticatorFault) -> Value?
}

/// What a comparison means to the counter.
public enum AttemptOutcome: Sendable, Equatable {
  /// A failure: the account is locked for a while.
  case wrong
  /// No guess, or a right one that more has to follow: the count is as before.
  case undecided
  /// Everything was right: the failures are forgotten.
  case proven
}
