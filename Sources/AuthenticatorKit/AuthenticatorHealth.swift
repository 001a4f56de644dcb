/// Asks what an authenticator stands on, such as a process of somebody else's, whether it can be used.
public protocol AuthenticatorHealth: Sendable {
  /// Never throws and takes no longer than a few seconds; for the start, `varco check` and `varco module list`.
  func state() async -> HealthState
}

/// What became of the question. The texts are for the operator: no secret, no fiscal code.
public enum HealthState: Sendable, Equatable {
  case ready(String)
  /// Not there now, and it may come back by itself: logins through it are refused meanwhile, and nothing else.
  case away(String)
  /// What is there is not the one that the configuration means: logins through it are refused until somebody mends that.
  case foreign(String)
  /// It answers, and it can never work with this configuration: a gateway does not start with it.
  case unusable(String)

  /// - Returns: nil for a word that is no state.
  public init?(word: String, text: String) {
    switch word {
    case "ready": self = .ready(text)
    case "away": self = .away(text)
    case "foreign": self = .foreign(text)
    case "unusable": self = .unusable(text)
    default: return nil
    }
  }

  /// The stable word of the state.
  public var word: String {
    switch self {
    case .ready: "ready"
    case .away: "away"
    case .foreign: "foreign"
    case .unusable: "unusable"
    }
  }

  public var text: String {
    switch self {
    case .ready(let text), .away(let text), .foreign(let text), .unusable(let text): text
    }
  }
}
