/// An eIDAS level of assurance (Regulation (EU) 910/2014 article 8), or none at all.
public enum AssuranceLevel: Int, Sendable, Hashable, Comparable, Codable, CaseIterable {
  /// Below `low`: what a single knowledge factor without a notified scheme is worth (spec section 7.1).
  case none
  case low
  case substantial
  case high

  /// The word used in configuration.
  public init?(_ word: String) {
    switch word {
    case "none": self = .none
    case "low": self = .low
    case "substantial": self = .substantial
    case "high": self = .high
    default: return nil
    }
  }

  public static func < (left: AssuranceLevel, right: AssuranceLevel) -> Bool { left.rawValue < right.rawValue }
}

extension AssuranceLevel: CustomStringConvertible {
  public var description: String {
    switch self {
    case .none: "none"
    case .low: "low"
    case .substantial: "substantial"
    case .high: "high"
    }
  }
}

/// What a login was worth.
public struct Assurance: Sendable, Hashable {
  public let level: AssuranceLevel
  /// The Authentication Context Class Reference, a URI (OpenID Connect Core section 2).
  public let acr: String
  /// Authentication Method References (RFC 8176), such as `pin` or `otp`.
  public let amr: [String]

  public init(level: AssuranceLevel, acr: String, amr: [String]) {
    self.level = level
    self.acr = acr
    self.amr = amr
  }
}
