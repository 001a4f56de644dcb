public import AccessModel
import HTTPTypes
public import Hummingbird
public import ScopeGuard
public import ScopeGuardHummingbird

/// A small public service that leaves the login to the broker and enforces its scopes with ScopeGuard.
///
/// It knows nobody: its answers are made from the token's pseudonym, the time of the login and dice.
public struct DemoPortal: Sendable {
  /// Where the portal listens and whom it trusts.
  public struct Configuration: Sendable {
    public let host: String
    /// 0 takes a free port.
    public let port: Int
    public let issuer: String
    /// The portal's own resource identifier, the `aud` of its tokens.
    public let resource: String
    /// The broker's `jwks_uri`.
    public let keySet: String
    /// A PEM file of certificate authorities to trust besides the system's, or nil.
    public let authorities: String?
    public let stepUp: StepUp

    public init(
      host: String, port: Int, issuer: String, resource: String, keySet: String, authorities: String? = nil,
      stepUp: StepUp = StepUp()
    ) {
      self.host = host
      self.port = port
      self.issuer = issuer
      self.resource = resource
      self.keySet = keySet
      self.authorities = authorities
      self.stepUp = stepUp
    }
  }

  private let verifier: TokenVerifier
  private let random: @Sendable (Int) -> [UInt8]

  /// - Parameters:
  ///   - random: so many bytes; receipt numbers are made from them.
  public init(verifier: TokenVerifier, random: @escaping @Sendable (Int) -> [UInt8]) {
    self.verifier = verifier
    self.random = random
  }

  /// The portal as an application that can be run as a service.
  /// - Throws: `ScopeGuardSetupError` for an unsafe key set address or an unreadable file of authorities.
  public static func application(
    _ configuration: Configuration, now: @escaping @Sendable () -> Instant,
    random: @escaping @Sendable (Int) -> [UInt8]
  ) throws(ScopeGuardSetupError) -> some ApplicationProtocol {
    let verifier = try TokenVerifier(
      issuer: configuration.issuer, resource: configuration.resource, keySet: configuration.keySet,
      authorities: configuration.authorities, stepUp: configuration.stepUp, now: now)
    return Application(
      router: try DemoPortal(verifier: verifier, random: random).router(),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: "demo-portal"))
  }

  /// The routes of ``routes``, each behind its demand, and the list of them at `/` for everybody.
  public func router() throws(ScopeGuardSetupError) -> Router<ScopeGuardContext> {
    let router = Router(context: ScopeGuardContext.self)
    router.get("/") { _, _ in DemoIndex() }
    for route in DemoPortal.routes {
      try router.guarded(route.right, route.service, operation: route.operation, by: verifier)
        .on(RouterPath(route.path), method: route.method) { _, context in
          DemoAnswer(route, token: context.token, receipt: receipt(for: route))
        }
    }
    return router
  }

  /// A number to quote at the counter; reading leaves no trace and gets none.
  private func receipt(for route: DemoRoute) -> String? {
    guard route.right == .dispositive else { return nil }
    let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    return "DP-" + String(random(10).map { alphabet[Int($0 & 31)] })
  }
}
