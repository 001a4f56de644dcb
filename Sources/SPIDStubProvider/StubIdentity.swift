public import AuthenticatorKit

/// Somebody whom the pretended identity provider knows.
public struct StubIdentity: Sendable, Equatable {
  /// The name to log in with, 1 to 64 bytes.
  public let user: String
  public let password: Secret
  /// The key of the one-time codes, 16 bytes at least (RFC 4226 section 4); needed from level 2 on.
  public let totp: Secret?
  /// The highest level that the person has credentials of.
  public let level: SPIDLevel
  /// The level that the provider takes whatever is asked for: to try out an answer above or below it.
  public let answers: SPIDLevel?
  /// What every login ends with, once the password was right.
  public let error: SPIDErrorCode?
  /// The provider's name on the pages.
  public let provider: String
  public let attributes: [SPIDAttribute: String]

  public static let usualProvider = "Gestore di prova"

  public init(
    user: String, password: Secret, totp: Secret? = nil, level: SPIDLevel, answers: SPIDLevel? = nil,
    error: SPIDErrorCode? = nil, provider: String = StubIdentity.usualProvider, attributes: [SPIDAttribute: String]
  ) {
    self.user = user
    self.password = password
    self.totp = totp
    self.level = level
    self.answers = answers
    self.error = error
    self.provider = provider
    self.attributes = attributes
  }

  /// The level at which the person is authenticated where this one is asked for.
  func performed(_ asked: SPIDLevel) -> SPIDLevel { answers ?? asked }

  /// Why a login at this level cannot succeed, whatever the person does after the password.
  func refusal(_ asked: SPIDLevel) -> SPIDErrorCode? { error ?? (level < asked ? .nr20 : nil) }

  /// What the provider says of the person after a login at this level: the attributes asked for, and no others.
  func assertion(_ asked: SPIDLevel) -> StubAssertion {
    let sent = SPIDAttribute.requested.compactMap { name in attributes[name].map { (name.rawValue, $0) } }
    return StubAssertion(level: performed(asked), attributes: Dictionary(sent) { first, _ in first })
  }
}

/// Holds a fiscal code, so it never prints itself.
extension StubIdentity: CustomStringConvertible, CustomReflectable {
  public var description: String { "StubIdentity(…)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Who somebody is, and how well it was proven, as the provider says it.
public struct StubAssertion: Sendable, Equatable, Codable, CustomStringConvertible, CustomReflectable {
  public let level: SPIDLevel
  public let attributes: [String: String]

  public init(level: SPIDLevel, attributes: [String: String]) {
    self.level = level
    self.attributes = attributes
  }

  /// Holds a fiscal code, so it never prints itself.
  public var description: String { "StubAssertion(level \(level.rawValue))" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// How a login at the provider ended.
public enum StubOutcome: Sendable, Equatable, Codable {
  case error(SPIDErrorCode)
  case success(StubAssertion)
}
