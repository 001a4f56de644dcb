public import AccessModel

/// What the host knows when a login begins.
public struct LoginRequest: Sendable {
  public enum Purpose: String, Sendable {
    /// Nobody is signed in yet.
    case firstLogin
    /// ``LoginRequest/subject`` is signed in and an operation needs more.
    case stepUp
    /// Another module has just verified ``LoginRequest/subject`` in this login.
    case secondFactor
  }

  public let purpose: Purpose
  /// The citizen whom this login is about, where another authentication has established it already.
  public let subject: FiscalCode?
  public let attempt: AttemptContext
  /// An opaque name of this step, to travel along a redirect and come back with the person; good once.
  public let relayState: String
  /// The weakest of the module's own contexts that is enough; nil where any is, or where the module has none.
  public let context: AuthenticationContext?
  /// Whether the person can be sent elsewhere with a browser. A module that can also ask should ask without one.
  public let hasBrowser: Bool

  public init(
    purpose: Purpose, subject: FiscalCode? = nil, attempt: AttemptContext = .shared, relayState: String = "",
    context: AuthenticationContext? = nil, hasBrowser: Bool = false
  ) {
    self.context = context
    self.hasBrowser = hasBrowser
    self.purpose = purpose
    self.subject = subject
    self.attempt = attempt
    self.relayState = relayState
  }
}

/// Where an attempt comes from, as far as counting is concerned (safety sentence 2).
public struct AttemptContext: Sendable, Equatable {
  /// An opaque name of a browser or app that has logged somebody in before; nil for everybody else.
  public let device: String?

  public init(device: String?) { self.device = device }
  /// The bucket that all strangers share.
  public static let shared = AttemptContext(device: nil)
}

/// What the person answered to a prompt, by field name. Never prints its values.
public struct LoginAnswer: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let fields: [String: Secret]
  /// Where the answer came from.
  public let attempt: AttemptContext
  /// The certificate that whoever came back from a redirect has shown, if they have.
  public let certificate: ClientCertificate?

  public init(_ fields: [String: Secret], attempt: AttemptContext = .shared, certificate: ClientCertificate? = nil) {
    self.fields = fields
    self.attempt = attempt
    self.certificate = certificate
  }

  /// The value of a field that is no secret.
  public subscript(name: String) -> String? { fields[name]?.utf8Text }
  /// The fields whose values are text, for whoever hands them on.
  public var texts: [String: String] { fields.compactMapValues(\.utf8Text) }
  /// The value of a secret field.
  public func secret(_ name: String) -> Secret? { fields[name] }

  /// The same with another value in one field.
  func replacing(_ name: String, with value: Secret) -> LoginAnswer {
    LoginAnswer(
      fields.merging([name: value]) { _, new in new }, attempt: attempt, certificate: certificate)
  }

  public var description: String { "LoginAnswer(\(fields.keys.sorted().joined(separator: ", ")))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a module needs to remember until the answer. The host seals it, keeps it at most 10 minutes and gives it back
/// once.
public struct AuthenticationState: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// The most that a state may hold.
  public static let maximumBytes = 4096
  public let bytes: [UInt8]

  public init(bytes: [UInt8] = []) { self.bytes = bytes }

  /// A state may hold a fiscal code, so it never prints itself.
  public var description: String { "AuthenticationState(\(bytes.count) bytes)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
