public import AccessModel
public import HTTPTypes

/// One route of the demo portal and what it asks for.
public struct DemoRoute: Sendable, Hashable {
  public let method: HTTPRequest.Method
  public let path: String
  public let right: AccessRight
  /// The service's id in the demo catalogue.
  public let service: String
  /// The operation, where it has a demand of its own (rule R6).
  public let operation: String?
  /// What the route is for, in the portal's own language.
  public let title: String

  /// The scope that a token must satisfy.
  public var scope: String {
    let base = "\(right.scopePrefix):\(service)"
    return operation.map { "\(base).\($0)" } ?? base
  }

  static func read(_ service: String, _ title: String) -> DemoRoute {
    DemoRoute(
      method: .get, path: "/\(service)", right: .consultation, service: service, operation: nil, title: title)
  }

  static func apply(
    _ service: String, _ title: String, path: String? = nil, operation: String? = nil
  ) -> DemoRoute {
    DemoRoute(
      method: .post, path: path ?? "/\(service)", right: .dispositive, service: service, operation: operation,
      title: title)
  }
}
