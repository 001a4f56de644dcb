public import AccessModel
public import Hummingbird
public import ScopeGuard

/// A request context with room for the token that ``ScopeGuard`` verified.
public protocol ScopeGuardedContext: RequestContext {
  /// Set by ``ScopeGuard`` and by nothing else. Handlers read ``GuardedContext/token``, which is never nil.
  var verifiedToken: VerifiedToken? { get set }
}

/// The plain context for a service that needs nothing of its own.
public struct ScopeGuardContext: ScopeGuardedContext {
  public var coreContext: CoreRequestContextStorage
  public var verifiedToken: VerifiedToken?

  public init(source: ApplicationRequestContextSource) { coreContext = CoreRequestContextStorage(source: source) }
}

/// The context behind a guard: here the token is there.
public struct GuardedContext<Parent: ScopeGuardedContext>: ChildRequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The token that satisfied the route's demand.
  public let token: VerifiedToken
  /// The service's own context.
  public let parent: Parent

  /// - Throws: ``MissingGuard`` on a route without a ``ScopeGuard`` before it.
  public init(context: Parent) throws {
    guard let token = context.verifiedToken else { throw MissingGuard() }
    self.token = token
    parent = context
    coreContext = context.coreContext
  }
}

/// A route asks for the token's context but has no guard: the request is not let through. Nobody outside can cause it.
public struct MissingGuard: Error, HTTPResponseError {
  public var status: HTTPResponse.Status { .internalServerError }

  public func response(from request: Request, context: some RequestContext) -> Response { Response(status: status) }
}

extension RouterMethods where Context: ScopeGuardedContext {
  /// A group of routes behind a demand, whose handlers find the token in ``GuardedContext/token``.
  ///
  /// ```swift
  /// try router.guarded(.dispositive, "domanda-disoccupazione", by: verifier)
  ///   .post("/domanda-disoccupazione") { request, context in apply(for: context.token.subject) }
  /// ```
  /// - Parameters:
  ///   - service: the service's id in the catalogue.
  ///   - operation: an operation with a demand of its own (rule R6), or nil.
  ///   - maxAge: how old the citizen's login may be, or nil to trust the broker's window (rule R1).
  /// - Throws: `ScopeGuardSetupError` for an id that no catalogue can hold.
  public func guarded(
    _ right: AccessRight, _ service: String, operation: String? = nil, maxAge: TimeSpan? = nil,
    by verifier: TokenVerifier
  ) throws(ScopeGuardSetupError) -> RouterGroup<GuardedContext<Context>> {
    guarded(try ScopeDemand(right, service, operation: operation, maxAge: maxAge), by: verifier)
  }

  /// A group of routes behind a demand that is at hand as a value.
  public func guarded(_ demand: ScopeDemand, by verifier: TokenVerifier) -> RouterGroup<GuardedContext<Context>> {
    group().add(middleware: ScopeGuard(demand, verifier)).group(context: GuardedContext<Context>.self)
  }
}
