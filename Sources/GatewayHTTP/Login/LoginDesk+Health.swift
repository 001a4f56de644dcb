public import AccessModel
public import AuthenticatorKit

/// What an instance stands on, and whether it can be used: what the admin listener says at `/modules`.
public struct InstanceHealth: Sendable, Equatable {
  public let instance: InstanceID
  public let health: HealthState

  public init(instance: InstanceID, health: HealthState) {
    self.instance = instance
    self.health = health
  }

  /// Asks all that stand on something outside the gateway, all at once.
  /// - Returns: in the order of their ids.
  public static func of(_ authenticators: [InstanceID: any Authenticator]) async -> [InstanceHealth] {
    await withTaskGroup(of: InstanceHealth.self) { group in
      for (id, module) in authenticators {
        guard let health = module.health else { continue }
        group.addTask { InstanceHealth(instance: id, health: await health.state()) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.instance.description < $1.instance.description }
    }
  }
}

extension InstanceHealth: Codable {
  private enum Key: CodingKey { case instance, state, text }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(instance.description, forKey: .instance)
    try container.encode(health.word, forKey: .state)
    try container.encode(health.text, forKey: .text)
  }

  /// - Throws: `DecodingError` for an id or a state that this program does not know.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let text = try container.decode(String.self, forKey: .text)
    guard let id = InstanceID(try container.decode(String.self, forKey: .instance)),
      let health = HealthState(word: try container.decode(String.self, forKey: .state), text: text)
    else {
      throw DecodingError.dataCorrupted(.init(codingPath: container.codingPath, debugDescription: "unknown words"))
    }
    self.init(instance: id, health: health)
  }
}

extension LoginDesk {
  /// The enabled instances that stand on something outside the gateway.
  public func health() async -> [InstanceHealth] { await InstanceHealth.of(authenticators) }
}
