public import AccessModel
public import AuthenticatorKit

/// What an instance stands on, and whether it can be used: what the admin listener says at `/modules`.
public struct InstanceHealth: Sendable, Codable, Equatable {
  public let instance: String
  /// `ready`, `away` or `unusable`.
  public let state: String
  public let text: String

  public init(instance: InstanceID, _ state: HealthState) {
    self.instance = instance.description
    self.state = state.word
    text = state.text
  }
}

extension LoginDesk {
  /// Asks every enabled instance that stands on something outside the gateway, all at once.
  public func health() async -> [InstanceHealth] {
    await withTaskGroup(of: InstanceHealth.self) { group in
      for (id, module) in authenticators {
        guard let health = module.health else { continue }
        group.addTask { InstanceHealth(instance: id, await health.state()) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.instance < $1.instance }
    }
  }
}
