package import AccessModel
package import AuthenticatorKit
package import AuthenticatorTesting
package import RemoteModules

/// What an operator writes of a module in another process.
package struct RemoteInstance: Sendable {
  package var instance = "remote"
  package var role = "primary"
  package var ceiling = AccessRight.consultation
  package var level = AssuranceLevel.none
  package var amr: [String] = []
  package var redirectsTo: [String] = []
  /// Settings beside those above; a machine that is busy with other tests gets all the time there is.
  package var more = ["deadline": "10s"]
  package var clock = ManualClock()

  package init() {}

  /// The authenticator as the gateway builds it.
  package func authenticator(socket: String) throws -> RemoteAuthenticator {
    guard let id = InstanceID(instance) else { throw Settings().error("id", "is no instance id") }
    var settings = settings(socket: socket)
    let context = AuthenticatorContext(
      instance: id, issuer: "https://varco.test", credentials: FixedVault(),
      storage: MemoryModuleStorage(clock: clock), world: .deterministic(clock: clock), ceiling: ceiling, level: level)
    let authenticator = try RemoteAuthenticator(settings: &settings, context: context)
    try settings.finish()
    return authenticator
  }

  package func settings(socket: String) -> Settings {
    var entries = more.merging(["socket": socket, "role": role]) { $1 }.sorted { $0.key < $1.key }.map {
      Settings.Entry(key: $0.key, line: 1, value: .scalar($0.value, line: 1))
    }
    for (key, words) in [("amr", amr), ("redirects_to", redirectsTo)] where !words.isEmpty {
      let list = words.map { Settings.Value.scalar($0, line: 1) }
      entries.append(Settings.Entry(key: key, line: 1, value: .list(list, line: 1)))
    }
    return Settings(path: "settings", entries: entries)
  }
}
