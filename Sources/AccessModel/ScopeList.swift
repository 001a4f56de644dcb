/// A `scope` parameter as RFC 6749 section 3.3 writes it: tokens separated by single spaces, order without meaning.
public struct ScopeList: Sendable, Hashable {
  /// The scopes in the order in which they were written, each once.
  public let scopes: [Scope]

  public init(_ scopes: [Scope]) {
    var seen = Set<Scope>()
    self.scopes = scopes.filter { seen.insert($0).inserted }
  }

  /// Parses the parameter's value.
  /// - Parameter text: at most 4,096 bytes and 100 scopes.
  /// - Returns: nil if any token is malformed; the caller answers `invalid_scope`.
  public init?(parsing text: String) {
    guard text.utf8.count <= 4096 else { return nil }
    var scopes: [Scope] = []
    for token in text.split(separator: " ") {
      guard let scope = Scope(String(token)), scopes.count < 100 else { return nil }
      scopes.append(scope)
    }
    self.init(scopes)
  }

  public var isEmpty: Bool { scopes.isEmpty }
  /// The scopes that are about services.
  public var services: [ServiceScope] { scopes.compactMap(\.service) }

  public func contains(_ scope: Scope) -> Bool { scopes.contains(scope) }
  /// Whether any scope of the list answers `demand` (rule R2).
  public func satisfies(_ demand: ServiceScope) -> Bool { services.contains { $0.satisfies(demand) } }
  /// Whether the list holds a dispositive scope; such a token lives shorter (rule R4).
  public var isDispositive: Bool { services.contains { $0.right == .dispositive } }

  /// The list after a refresh: every dispositive scope becomes its consultation one (rule R3).
  public var refreshed: ScopeList {
    ScopeList(scopes.map { scope in scope.service.map { .service($0.refreshed) } ?? scope })
  }
}

extension ScopeList: CustomStringConvertible {
  public var description: String { scopes.map(\.description).joined(separator: " ") }
}

/// As in a token: one string.
extension ScopeList: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let list = ScopeList(parsing: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a scope list")
    }
    self = list
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
