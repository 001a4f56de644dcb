public import AccessModel
public import AuthenticatorKit

/// What an instance stands on, and whether it can be used: what the admin listener says at `/modules`.
public struct InstanceHealth: Sendable, Equatable, Encodable {
  public let instance: InstanceID
  public let health: HealthState

  private enum Key: CodingKey { case instance, state, text }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(instance.description, forKey: .instance)
    try container.encode(health.word, forKey: .state)
    try container.encode(health.text, forKey: .text)
  }
}

extension LoginDesk {
  /// Asks every enabled instance that stands on something outside the gateway, all at once.
  public func health() async -> [InstanceHealth] {
    await withTaskGroup(of: InstanceHealth.self) { group in
      for (id, module) in authenticators {
        guard let health = module.health else { continue }
        group.addTask { InstanceHealth(instance: id, health: await health.state()) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.instance.description < $1.instance.description }
    }
  }
}
