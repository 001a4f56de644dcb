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

  /// The second factors that confirmed this primary proof in the same login; only ``LoginFlow`` says so.
  public let confirmedBy: [InstanceID]

  public init(
    instance: InstanceID, credential: CredentialID?, level: AssuranceLevel, acr: String, amr: [String], at: Instant,
    right: AccessRight = .dispositive, confirmedBy: [InstanceID] = []
  ) {
    self.instance = instance
    self.credential = credential
    self.level = level
    self.acr = acr
    self.amr = amr
    self.at = at
    self.right = right
    self.confirmedBy = confirmedBy
  }

  /// Proofs that were stored before there were confirmations have none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      instance: try container.decode(InstanceID.self, forKey: .instance),
      credential: try container.decodeIfPresent(CredentialID.self, forKey: .credential),
      level: try container.decode(AssuranceLevel.self, forKey: .level),
      acr: try container.decode(String.self, forKey: .acr), amr: try container.decode([String].self, forKey: .amr),
      at: try container.decode(Instant.self, forKey: .at),
      right: try container.decode(AccessRight.self, forKey: .right),
      confirmedBy: try container.decodeIfPresent([InstanceID].self, forKey: .confirmedBy) ?? [])
  }

  /// The same proof at another time, or with one more second factor behind it.
  func with(at: Instant? = nil, confirmation: InstanceID? = nil) -> Authentication {
    Authentication(
      instance: instance, credential: credential, level: level, acr: acr, amr: amr, at: at ?? self.at, right: right,
      confirmedBy: confirmedBy + (confirmation.map { [$0] } ?? []))
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
}
