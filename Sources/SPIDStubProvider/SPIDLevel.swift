import AccessModel
public import AuthenticatorKit

/// A level of SPID (specification section 4.1). A higher one is good wherever a lower one is asked for.
public enum SPIDLevel: Int, Sendable, Hashable, Comparable, Codable, CaseIterable {
  /// One factor.
  case one = 1
  /// Two factors.
  case two = 2
  /// Two factors, one of them a certificate in a secure device.
  case three = 3

  /// The class reference, and the only spelling of it: the older `urn:oasis:…:SpidL1` is to be refused.
  public var acr: String { "https://www.spid.gov.it/SpidL\(rawValue)" }

  public init?(acr: String) {
    guard let level = SPIDLevel.allCases.first(where: { $0.acr == acr }) else { return nil }
    self = level
  }

  /// What a login of this level is worth (specification section 7.1): one factor is enough to read and no more.
  public var context: AuthenticationContext {
    switch self {
    case .one: AuthenticationContext(acr: acr, level: .low, right: .consultation)
    case .two: AuthenticationContext(acr: acr, level: .substantial, right: .dispositive)
    case .three: AuthenticationContext(acr: acr, level: .high, right: .dispositive)
    }
  }

  public static func < (left: SPIDLevel, right: SPIDLevel) -> Bool { left.rawValue < right.rawValue }
}
