/// What somebody may do with a service: read what it says of them, or act in their own name.
///
/// `.dispositive` includes `.consultation` (rule R2), which is what the order says.
public enum AccessRight: String, Sendable, Hashable, Comparable, Codable, CaseIterable {
  /// *Consultazione*: to read.
  case consultation
  /// *Dispositivo*: to apply, to change, to pay.
  case dispositive

  /// The right's word in a scope: `consultazione` or `dispositivo`.
  public var scopePrefix: String {
    switch self {
    case .consultation: "consultazione"
    case .dispositive: "dispositivo"
    }
  }

  public init?(scopePrefix: some StringProtocol) {
    switch scopePrefix {
    case "consultazione": self = .consultation
    case "dispositivo": self = .dispositive
    default: return nil
    }
  }

  public static func < (left: AccessRight, right: AccessRight) -> Bool {
    left == .consultation && right == .dispositive
  }
}
