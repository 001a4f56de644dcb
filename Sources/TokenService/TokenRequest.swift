public import AccessModel
public import AuthenticatorKit

/// The parameters of a form or a query, each once (RFC 6749 section 3.1).
public struct OAuthParameters: Sendable {
  private let values: [String: String]

  /// - Throws: ``OAuthError`` `invalid_request` if a parameter stands there twice.
  public init(_ pairs: [(name: String, value: String)]) throws(OAuthError) {
    var values: [String: String] = [:]
    for (name, value) in pairs where values.updateValue(value, forKey: name) != nil {
      throw OAuthError(.invalidRequest, "a parameter stands in the request twice")
    }
    self.values = values
  }

  /// The value; an empty one counts as absent (RFC 6749 section 3.1).
  public subscript(name: String) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }

  public var names: [String] { Array(values.keys) }

  /// All of them, for whoever cannot know which are secret.
  public var secrets: [String: Secret] { values.mapValues { Secret($0) } }

  /// - Throws: ``OAuthError`` `invalid_request` naming the parameter.
  public func require(_ name: String) throws(OAuthError) -> String {
    guard let value = self[name] else { throw OAuthError(.invalidRequest, "the parameter \(name) is missing") }
    return value
  }

  /// The `scope` parameter.
  /// - Returns: nil if it is absent.
  public func scope() throws(OAuthError) -> ScopeList? {
    guard let text = self["scope"] else { return nil }
    guard let scopes = ScopeList(parsing: text), !scopes.isEmpty else {
      throw OAuthError(.invalidScope, "the scope is malformed")
    }
    return scopes
  }
}

/// A successful answer of the token endpoint (RFC 6749 section 5.1).
public struct TokenReply: Sendable, Equatable, Encodable {
  public let accessToken: String
  public let tokenType: String
  /// Seconds.
  public let expiresIn: Int64
  public let scope: String
  public let refreshToken: String?

  enum CodingKeys: String, CodingKey {
    case accessToken = "access_token"
    case tokenType = "token_type"
    case expiresIn = "expires_in"
    case scope
    case refreshToken = "refresh_token"
  }
}
