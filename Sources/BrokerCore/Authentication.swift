public import AccessModel
public import AuthenticatorKit

/// One proof of identity within a session: through which instance, on what credential, what it was worth, and when.
public struct Authentication: Sendable, Hashable, Codable {
  public let instance: InstanceID
  /// What it rests on, so that the end of the one is the end of the other (rule R12).
  public let credential: CredentialID?
  public let level: AssuranceLevel
  public let acr: String
  public let amr: [String]
  public let at: Instant
  /// The highest right that this one login could give; what the operator says of the instance today can only lower it.
  public let right: AccessRight

  public init(
    instance: InstanceID, credential: CredentialID?, level: AssuranceLevel, acr: String, amr: [String], at: Instant,
    right: AccessRight = .dispositive
  ) {
    self.instance = instance
    self.credential = credential
    self.level = level
    self.acr = acr
    self.amr = amr
    self.at = at
    self.right = right
  }
}

/// Somebody who asks: what they have proven and which profiles they have.
public struct AccessHolder: Sendable, Equatable {
  public let authentications: [Authentication]
  public let profiles: Set<ProfileID>

  public init(authentications: [Authentication], profiles: Set<ProfileID>) {
    self.authentications = authentications
    self.profiles = profiles
  }

  /// The newest authentication: its time is the token's `auth_time`.
  public var latest: Authentication? { authentications.max { $0.at < $1.at } }

  /// Every method used, each once, and `mfa` where there were two kinds of factor (RFC 8176 section 2).
  public var amr: [String] {
    var methods: [String] = []
    for method in authentications.flatMap(\.amr) where !methods.contains(method) { methods.append(method) }
    let isMultiple = methods.contains("pin") && methods.contains("otp")
    return isMultiple && !methods.contains("mfa") ? methods + ["mfa"] : methods
  }
}
