/// The module types that a gateway has, as a literal list in its composition root.
public struct AuthenticatorRegistry: Sendable {
  private let modules: [any AuthenticatorModule.Type]

  public init(_ modules: any AuthenticatorModule.Type...) { self.modules = modules }

  /// The `type` names that a configuration can use, in the order of the list.
  public var types: [String] { modules.map { $0.type } }

  public func contains(_ type: String) -> Bool { types.contains(type) }

  /// Builds one instance and makes sure that it read every one of its settings.
  /// - Returns: nil if there is no such type.
  public func make(
    type: String, settings: Settings, context: AuthenticatorContext
  ) throws(ConfigurationError) -> (any Authenticator)? {
    guard let module = modules.first(where: { $0.type == type }) else { return nil }
    var settings = settings
    let instance = try module.init(settings: &settings, context: context)
    try settings.finish()
    return instance
  }
}
