public import AccessModel

/// A conversation that proves who somebody is: begin, answer, answer, verdict.
///
/// The person's failure is a value, ``AuthenticationStep/denied(_:)``; only trouble of our own is thrown. An
/// authenticator keeps nothing between two calls: what it must know again travels through the host as
/// ``AuthenticationState``. It opens no session, counts no attempt and mints no token; the host does, and pins what
/// the login is worth.
public protocol Authenticator: Sendable {
  /// What the host has to know before the first login.
  var descriptor: AuthenticatorDescriptor { get }

  /// Starts a login.
  /// - Throws: ``AuthenticatorFault`` where something of ours is broken; the host turns it into a refusal.
  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep

  /// Goes on with what the person answered.
  /// - Parameter state: what ``begin(_:)`` or the last ``resume(_:from:)`` returned, unchanged: the host seals it and
  ///   gives it back once.
  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep

  /// What the authenticator does beside logins, such as keeping revocation lists fresh; nil for most.
  ///
  /// A property and no protocol to cast to, so that a wrapper can pass it on.
  var background: (any BackgroundWork)? { get }

  /// What the operator should know before going live: settings that are allowed and unwise, things still missing.
  /// `varco check` prints them. None for most.
  var warnings: [String] { get }

  /// Whether what the authenticator stands on can be used, where that is outside the gateway; nil for most.
  var health: (any AuthenticatorHealth)? { get }

  /// Pages that the authenticator serves on the public listener; nil for most.
  var pages: (any PagePublisher)? { get }
}

extension Authenticator {
  public var health: (any AuthenticatorHealth)? { nil }
  public var pages: (any PagePublisher)? { nil }
  public var background: (any BackgroundWork)? { nil }
  public var warnings: [String] { [] }
}

/// Work that goes on as long as the gateway runs.
public protocol BackgroundWork: Sendable {
  /// Returns when the task is cancelled; trouble is logged and counted, never thrown.
  func run() async
}

/// An authenticator that the gateway can build from its configuration.
///
/// Apart from ``Authenticator``, because one that lives in another process is a value without a static type.
public protocol AuthenticatorModule: Authenticator {
  /// The `type` in the configuration, such as `pin-ordinario`.
  static var type: String { get }

  /// - Parameter settings: this instance's own settings; each read takes a key, and what is left over is an error.
  /// - Throws: ``ConfigurationError`` naming each bad key with its line.
  init(settings: inout Settings, context: AuthenticatorContext) throws(ConfigurationError)
}

/// What a module is, before anybody logs in.
public struct AuthenticatorDescriptor: Sendable, Equatable {
  public enum Role: String, Sendable, Equatable {
    /// Proves who somebody is from nothing.
    case primary
    /// Adds to an identity that another module has proven in the same login; needs ``LoginRequest/subject``.
    case secondFactor = "second-factor"
  }

  public let role: Role
  /// The most that the module can be worth; the configuration may pin less, never more.
  public let assurance: AssuranceLevel
  /// Method references (RFC 8176) of a login through this module.
  public let amr: [String]
  /// The highest right that a login can give; the configuration may pin less, never more.
  public let ceiling: AccessRight
  /// Whether a client certificate is what it judges, so that somebody can try a card without logging in.
  public let judgesCertificates: Bool
  /// Who counts the attempts.
  public let attempts: AttemptCounting
  /// The contexts that a login can end in, the weakest first, where there are several; empty for the instance's own.
  public let contexts: [AuthenticationContext]

  public init(
    role: Role, assurance: AssuranceLevel, amr: [String], ceiling: AccessRight, judgesCertificates: Bool = false,
    attempts: AttemptCounting = .host, contexts: [AuthenticationContext] = []
  ) {
    self.role = role
    self.assurance = assurance
    self.amr = amr
    self.ceiling = ceiling
    self.judgesCertificates = judgesCertificates
    self.attempts = attempts
    self.contexts = contexts
  }
}

/// Who counts the attempts at what a module asks for, and locks after failures.
public enum AttemptCounting: Sendable, Equatable {
  /// The host, by the citizen where one is known and by the account that a prompt asks for otherwise.
  case host
  /// The vault, because every secret that the module asks for goes there.
  case vault
}

/// What a module answers; the four are all there is.
public enum AuthenticationStep: Sendable, Equatable {
  /// Ask the person for something more, then call `resume` with this state.
  case prompt(Prompt, AuthenticationState)
  /// Send the person elsewhere; what comes back goes to `resume` with this state.
  case redirect(Redirect, AuthenticationState)
  case verified(VerifiedIdentity)
  case denied(Denial)
}

/// Our own trouble: not the person's fault and not the person's business.
public enum AuthenticatorFault: Error, Sendable, Equatable {
  /// Too much at once; worth trying again after so many seconds. The host answers 503 with `Retry-After`.
  case busy(retryAfterSeconds: Int)
  /// Something that the module needs is away, and the answer has not been judged. The text is for the log: no secret, no
  /// fiscal code.
  case unavailable(String)
  /// Something broke while the answer was being judged, so that it may have been wrong: the host counts the attempt, or
  /// whoever makes judging slow could guess for nothing. The text is for the log, as above.
  case undecided(String)

  /// What is for the log; nil where there is simply too much to do.
  package var reason: String? {
    switch self {
    case .busy: nil
    case .unavailable(let reason), .undecided(let reason): reason
    }
  }
}
