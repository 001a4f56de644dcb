public import AccessModel

/// What an operation of a service asks of a token.
public struct ScopeDemand: Sendable, Hashable {
  public let scope: ServiceScope
  /// How old the authentication may be, or nil where the token's own short life is enough (rule R4). The broker
  /// gives dispositive scopes only while an authentication is fresh (rule R1), so this is for asking for more.
  public let maxAge: TimeSpan?
  /// The `acr` values to name when a stronger login is needed; empty for the verifier's own (``StepUp``).
  public let acrValues: [String]

  public init(_ scope: ServiceScope, maxAge: TimeSpan? = nil, acrValues: [String] = []) {
    self.scope = scope
    self.maxAge = maxAge
    self.acrValues = acrValues
  }

  /// Reads a demand as it stands in a route.
  /// - Parameters:
  ///   - service: an id of the catalogue, such as `domanda-disoccupazione`.
  ///   - operation: an operation with a demand of its own (rule R6), or nil.
  /// - Throws: ``ScopeGuardSetupError`` for an id that no catalogue can hold; a mistake to find at start.
  public init(
    _ right: AccessRight, _ service: String, operation: String? = nil, maxAge: TimeSpan? = nil,
    acrValues: [String] = []
  ) throws(ScopeGuardSetupError) {
    guard let serviceID = ServiceID(service) else { throw .badIdentifier(service) }
    let operationID = operation.flatMap { OperationID($0) }
    if let operation, operationID == nil { throw .badIdentifier(operation) }
    self.init(ServiceScope(right, serviceID, operation: operationID), maxAge: maxAge, acrValues: acrValues)
  }
}

/// A mistake in how a service was put together, found when it starts.
public enum ScopeGuardSetupError: Error, Sendable, Hashable {
  /// Not a lower-case slug of letters, digits and hyphens that begins with a letter.
  case badIdentifier(String)
  /// The key set's address must be `https`, or `http` on this machine.
  case insecureKeyAddress(String)
  /// The file of certificate authorities could not be read as PEM.
  case unreadableAuthorities(path: String)
}

extension ScopeGuardSetupError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badIdentifier(let text): "'\(text)' is no service or operation id"
    case .insecureKeyAddress(let url): "the key set's address '\(url)' is neither https nor http on this machine"
    case .unreadableAuthorities(let path): "'\(path)' holds no certificates in PEM"
    }
  }
}
