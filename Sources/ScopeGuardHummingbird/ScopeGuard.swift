public import AccessModel
public import Hummingbird
import Logging
public import ScopeGuard

/// Lets a request through only with an access token that satisfies a demand, and otherwise answers what would be enough.
///
/// ```swift
/// router.group().add(middleware: try ScopeGuard(.dispositive, "domanda-disoccupazione", verifier))
/// ```
/// Only the `Authorization` header is read, and only one of it. Whatever cannot be judged is not let through.
public struct ScopeGuard<Context: ScopeGuardedContext>: RouterMiddleware {
  private let demand: ScopeDemand
  private let verifier: TokenVerifier

  /// - Parameters:
  ///   - service: the service's id in the catalogue.
  ///   - operation: an operation with a demand of its own (rule R6), or nil.
  ///   - maxAge: how old the citizen's login may be, or nil to trust the broker's window (rule R1).
  ///   - verifier: one for the whole service; it holds the caches.
  /// - Throws: `ScopeGuardSetupError` for an id that no catalogue can hold.
  public init(
    _ right: AccessRight, _ service: String, operation: String? = nil, maxAge: TimeSpan? = nil,
    _ verifier: TokenVerifier
  ) throws(ScopeGuardSetupError) {
    self.init(try ScopeDemand(right, service, operation: operation, maxAge: maxAge), verifier)
  }

  public init(_ demand: ScopeDemand, _ verifier: TokenVerifier) {
    self.demand = demand
    self.verifier = verifier
  }

  public func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let verdict: ScopeVerdict
    do throws(ScopeGuardFault) {
      verdict = try await verifier.judge(authorizations: request.headers[values: .authorization], demand: demand)
    } catch {
      context.logger.warning("access token could not be judged", metadata: ["scope": "\(demand.scope)"])
      return Response(error.answer)
    }
    switch verdict {
    case .allowed(let token):
      var context = context
      context.verifiedToken = token
      return try await next(request, context)
    case .refused(let refusal):
      context.logger.info("refused", metadata: ["scope": "\(demand.scope)", "reason": "\(refusal.reason.rawValue)"])
      return Response(refusal.answer)
    }
  }
}

extension Response {
  /// An answer of ScopeGuard as Hummingbird writes it.
  public init(_ answer: HTTPAnswer) {
    self.init(
      status: answer.status, headers: answer.headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
