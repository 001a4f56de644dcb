/// The right to a service, or to one operation of it that has a demand of its own (rule R6).
public struct ServiceScope: Sendable, Hashable {
  public let right: AccessRight
  public let service: ServiceID
  /// The operation, where it has its own demand; its scope is `<right>:<service>.<operation>`.
  public let operation: OperationID?

  public init(_ right: AccessRight, _ service: ServiceID, operation: OperationID? = nil) {
    self.right = right
    self.service = service
    self.operation = operation
  }

  /// Whether holding this scope answers `demand` (rule R2: dispositive includes consultation, never the other way).
  ///
  /// An operation's scope is a demand of its own: neither does the service's scope satisfy it, nor it the service's.
  public func satisfies(_ demand: ServiceScope) -> Bool {
    service == demand.service && operation == demand.operation && right >= demand.right
  }

  /// What is left of this scope after a refresh (rule R3).
  public var refreshed: ServiceScope { ServiceScope(.consultation, service, operation: operation) }
}

/// One `scope-token` of RFC 6749 section 3.3, parsed.
public enum Scope: TextIdentifier {
  case service(ServiceScope)
  /// A scope of OpenID Connect Core section 5.4, or any other that is not about a service.
  case plain(String)

  /// Parses one scope token.
  /// - Returns: nil if it is not a scope token, or begins like a service scope and is not one.
  public init?(_ text: String) {
    guard Scope.isToken(text) else { return nil }
    guard let colon = text.firstIndex(of: ":"), let right = AccessRight(scopePrefix: text[..<colon]) else {
      self = .plain(text)
      return
    }
    let parts = text[text.index(after: colon)...].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let service = ServiceID(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self = .service(ServiceScope(right, service))
      return
    }
    guard let operation = OperationID(String(parts[1])) else { return nil }
    self = .service(ServiceScope(right, service, operation: operation))
  }

  /// The service scope, if it is one.
  public var service: ServiceScope? {
    if case .service(let scope) = self { scope } else { nil }
  }

  private static func isToken(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 200
      && text.utf8.allSatisfy { $0 == 0x21 || (0x23...0x5B).contains($0) || (0x5D...0x7E).contains($0) }
  }
}

extension ServiceScope: CustomStringConvertible {
  public var description: String {
    let base = "\(right.scopePrefix):\(service)"
    return operation.map { "\(base).\($0)" } ?? base
  }
}

extension Scope {
  public var description: String {
    switch self {
    case .service(let scope): scope.description
    case .plain(let text): text
    }
  }
}

extension ServiceScope: Codable {
  public init(from decoder: any Decoder) throws {
    guard case .service(let scope) = try Scope(from: decoder) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no service scope"))
    }
    self = scope
  }

  public func encode(to encoder: any Encoder) throws { try Scope.service(self).encode(to: encoder) }
}
