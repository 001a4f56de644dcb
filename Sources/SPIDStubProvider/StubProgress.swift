import AuthenticatorKit

/// How far somebody has come in a login at the provider. Holds no secret.
public struct StubProgress: Sendable, Equatable, Codable {
  /// What is asked for next.
  public enum Step: String, Sendable, Equatable, Codable {
    case password
    case code
    /// Stands for the certificate in a secure device.
    case confirmation
    /// Whether the data may be sent; on pages only.
    case consent
  }

  /// The weakest level that is enough.
  public let asked: SPIDLevel
  public let step: Step
  /// Whose password was right; nil before that.
  public let user: String?

  /// The beginning.
  public init(asked: SPIDLevel) { self.init(asked: asked, step: .password, user: nil) }

  init(asked: SPIDLevel, step: Step, user: String?) {
    self.asked = asked
    self.step = step
    self.user = user
  }

  /// What comes after this step, where the person is authenticated at a level; nil for nothing.
  func next(_ performed: SPIDLevel, user: String) -> StubProgress? {
    switch step {
    case .password where performed >= .two: StubProgress(asked: asked, step: .code, user: user)
    case .code where performed >= .three: StubProgress(asked: asked, step: .confirmation, user: user)
    default: nil
    }
  }

  /// Everything is proven; the person may still refuse to have it said.
  func consent(of user: String) -> StubProgress { StubProgress(asked: asked, step: .consent, user: user) }
}

/// What became of one answer.
public enum StubMove: Sendable, Equatable {
  /// The answer cannot possibly be right, and tells nothing about anybody: ask again.
  case malformed
  /// A wrong secret, an unknown person, a code that was used.
  case wrong
  case next(StubProgress)
  /// Everything was right: ``StubProvider/assertion(of:)`` says who it is.
  case proven(StubProgress)
  /// The person has shown who they are, and the login cannot succeed.
  case refused(SPIDErrorCode)
}

extension StubMove {
  /// What it is to whoever counts: a refusal comes after a right password.
  var attempt: AttemptOutcome {
    switch self {
    case .wrong: .wrong
    case .malformed, .next, .refused: .undecided
    case .proven: .proven
    }
  }
}
