public import AuthenticatorKit
public import BrokerStore
import HTTPTypes
public import Hummingbird
public import TokenService

/// The gateway's two faces, built from parts that are ready; the only place that lists the routes.
public struct Gateway: Sendable {
  private let issuer: String
  private let desk: LoginDesk
  private let clients: ClientAuthenticator
  private let tokens: TokenEndpoint
  private let introspection: Introspection
  private let revocation: Revocation
  private let judge: AccessJudge
  private let rules: BrokerRules
  private let keys: SigningKeys
  private let ledger: Ledger
  private let proxies: ProxyList
  private let headers: IdentityHeaders
  private let world: World
  private let metrics: PrometheusRegistry
  private let cache: DecisionCache<HTTPFields>
  private let pages: PageRenderer

  /// - Throws: if a built-in page does not parse.
  public init(
    issuer: String, desk: LoginDesk, registry: ClientRegistry, rules: BrokerRules, keys: SigningKeys,
    subjects: PairwiseSubjects, policy: TokenPolicy, ledger: Ledger, proxies: ProxyList, headers: IdentityHeaders,
    metrics: PrometheusRegistry, world: World
  ) throws {
    pages = try PageRenderer(issuer: issuer)
    self.issuer = issuer
    self.desk = desk
    clients = ClientAuthenticator(
      registry: registry, once: OnceStore(ledger), audiences: Gateway.audiences(issuer), world: world)
    tokens = TokenEndpoint(
      ledger: ledger, rules: rules, keys: keys, subjects: subjects, policy: policy, world: world)
    judge = AccessJudge(ledger: ledger, keys: keys, rules: rules, issuer: issuer, world: world)
    introspection = Introspection(judge: judge, rules: rules, issuer: issuer)
    revocation = Revocation(ledger: ledger, keys: keys, world: world)
    self.rules = rules
    self.keys = keys
    self.ledger = ledger
    self.proxies = proxies
    self.headers = headers
    self.world = world
    self.metrics = metrics
    cache = DecisionCache(epoch: ledger.epoch)
  }

  /// The routes of the public listener.
  public func publicRouter() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self)
    router.add(middleware: EdgeMiddleware())
    let root = router.group()
    ForwardAuthRoutes(
      judge: judge, rules: rules, cache: cache, proxies: proxies, headers: headers, world: world
    ).mount(on: root)
    DiscoveryRoutes(issuer: issuer, rules: rules, keys: keys).mount(on: root)
    LoginPageRoutes(desk: desk, pages: pages).mount(on: root)
    ProviderRoutes(desk: desk, pages: pages).mount(on: root)
    let oauth = router.group("oauth2")
    ChallengeRoutes(clients: clients, desk: desk).mount(on: oauth)
    TokenRoutes(
      clients: clients, endpoint: tokens, introspection: introspection, revocation: revocation
    ).mount(on: oauth)
    return router
  }

  /// The routes of the listener whose TLS asks for a client certificate.
  public func certificateRouter() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self)
    router.add(middleware: EdgeMiddleware())
    CertificateRoutes(evidence: .handshake, desk: desk, pages: pages).mount(on: router.group())
    return router
  }

  /// The routes of the listener that only the proxy reaches whose TLS asks for a client certificate.
  /// - Parameter proxies: whose words about certificates count.
  public func certificateProxyRouter(_ proxies: ProxyList) -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self)
    router.add(middleware: EdgeMiddleware(dropsCertificateHeaders: false))
    CertificateRoutes(evidence: .headers(proxies), desk: desk, pages: pages).mount(on: router.group())
    return router
  }

  /// The routes of the admin listener.
  public func adminRouter() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self)
    router.add(middleware: EdgeMiddleware())
    AdminRoutes(
      readiness: Readiness(ledger: ledger, deadline: .seconds(1)), metrics: metrics, desk: desk
    ).mount(on: router)
    return router
  }

  /// What a client assertion may name as its audience (RFC 7523 section 3).
  private static func audiences(_ issuer: String) -> Set<String> {
    let paths = ["token", "introspect", "revoke", "authorize-challenge"].map { "\(issuer)/oauth2/\($0)" }
    return Set([issuer] + paths)
  }
}
