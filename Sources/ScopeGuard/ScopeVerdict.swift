/// Whether a request may go on. A refusal is a value; only our own trouble is thrown.
public enum ScopeVerdict: Sendable, Hashable {
  case allowed(VerifiedToken)
  case refused(Refusal)
}

/// Trouble of ours, not of whoever asks. The request is not let through (fail closed).
public enum ScopeGuardFault: Error, Sendable, Hashable {
  /// There is no key to judge the token with, and the broker cannot be reached for one.
  /// - Parameter retryAfter: seconds until asking again makes sense.
  case keysUnavailable(retryAfter: Int64)
}
