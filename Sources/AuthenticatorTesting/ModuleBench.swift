public import AccessModel
public import AuthenticatorKit

/// Everything that a module under test gets of the world, and the handles to move it.
public struct ModuleBench: Sendable {
  public let clock: ManualClock
  public let vault: FixedVault
  public let storage: MemoryModuleStorage
  public let context: AuthenticatorContext

  /// - Parameters:
  ///   - instance: the instance's id, a lower-case name such as `pin-ordinario`.
  ///   - pins: what the vault holds.
  ///   - clock: the clock of storage and world.
  /// - Throws: ``ConfigurationError`` for an instance id that is no name.
  public init(
    instance: String = "module-under-test", pins: [FiscalCode: FixedPIN] = [:], clock: ManualClock = ManualClock()
  ) throws(ConfigurationError) {
    guard let id = InstanceID(instance) else { throw Settings().error("id", "is no instance id") }
    self.clock = clock
    vault = FixedVault(pins)
    storage = MemoryModuleStorage(clock: clock)
    context = AuthenticatorContext(
      instance: id, issuer: "Varco", credentials: vault, storage: storage, world: .deterministic(clock: clock))
  }

  /// Builds a module as the gateway does: from its settings, none of which may be left over.
  /// - Parameter settings: the keys and values of the instance's `settings`, one line each.
  public func make<Module: AuthenticatorModule>(
    _ type: Module.Type, settings: KeyValuePairs<String, String> = [:]
  ) throws(ConfigurationError) -> Module {
    var parsed = Settings(scalars: settings)
    let module = try Module(settings: &parsed, context: context)
    try parsed.finish()
    return module
  }
}

extension Settings {
  /// Settings of plain values, on lines counted from 1.
  public init(path: String = "settings", scalars: KeyValuePairs<String, String>) {
    let entries = scalars.enumerated().map { index, pair in
      Entry(key: pair.key, line: index + 1, value: .scalar(pair.value, line: index + 1))
    }
    self.init(path: path, entries: entries)
  }
}
