import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import HTTPTypes
import Hummingbird
import Metrics
import TokenService

/// `/forward-auth`: what a proxy asks before it lets a request through.
///
/// The demanded scope comes from the URL only, never from a header that a client could send.
struct ForwardAuthRoutes: Sendable {
  let judge: AccessJudge
  let rules: BrokerRules
  let cache: DecisionCache<HTTPFields>
  let proxies: ProxyList
  let headers: IdentityHeaders
  let world: World
  private let hits = Counter(label: "varco_decisions_total", dimensions: [("source", "cache")])
  private let fills = Counter(label: "varco_decisions_total", dimensions: [("source", "store")])
  private let refusals = Counter(label: "varco_decisions_total", dimensions: [("source", "refused")])

  init(
    judge: AccessJudge, rules: BrokerRules, cache: DecisionCache<HTTPFields>, proxies: ProxyList,
    headers: IdentityHeaders, world: World
  ) {
    self.judge = judge
    self.rules = rules
    self.cache = cache
    self.proxies = proxies
    self.headers = headers
    self.world = world
  }

  func mount(on router: RouterGroup<GatewayContext>) {
    router.get("forward-auth", use: decide)
    router.head("forward-auth", use: decide)
  }

  @Sendable private func decide(_ request: Request, _ context: GatewayContext) async throws -> Response {
    guard let header = request.headers[.authorization] else { return ForwardAuthAnswer.tokenMissing }
    // Whoever is no proxy could name any host, and read in the headers what only that host may know.
    guard proxies.trusts(context.peer) else { return ForwardAuthAnswer.unknownHost }
    let host = host(request)
    let query: String = request.uri.query ?? ""
    let key = DecisionKey(token: header, host: host, demand: query)
    let now = world.now()
    if let identity = cache.value(for: key, at: now) {
      hits.increment()
      return Response(status: .ok, headers: identity)
    }
    return try await fill(key, header: header, host: host, query: query)
  }

  /// The protected host: as the proxy names it, or whom its request is addressed to.
  private func host(_ request: Request) -> String {
    ForwardAuthRoutes.withoutPort(request.headers[.forwardedHost] ?? request.head.authority ?? "")
  }

  private func fill(_ key: DecisionKey, header: String, host: String, query: String) async throws -> Response {
    let demand: ServiceScope
    do { demand = try ForwardAuthRoutes.demand(query) } catch {
      return Problem(.badRequest, "bad-demand", detail: error.description).response()
    }
    guard let token = ForwardAuthRoutes.bearer(header) else { return ForwardAuthAnswer.tokenInvalid }
    guard let resource = rules.catalogue.resource(host: host) else { return ForwardAuthAnswer.unknownHost }
    let epoch = cache.currentEpoch
    let decision: TokenDecision
    do { decision = try await judged(token, demand, resource, key) } catch {
      // Safety sentence 9: what was decided before goes on for a while.
      guard let identity = cache.valueWithoutStore(for: key, at: world.now()) else { throw error }
      return Response(status: .ok, headers: identity)
    }
    switch decision {
    case .allowed(let reading, let until):
      let identity = headers.fields(
        reading, demand: demand, scopes: judge.scopesInForce(of: reading), resource: resource)
      cache.insert(
        identity, for: key, filledUnder: epoch, at: world.now(), holdsUntil: until,
        isDispositive: demand.right == .dispositive)
      fills.increment()
      return Response(status: .ok, headers: identity)
    case .invalidToken:
      refusals.increment()
      return ForwardAuthAnswer.tokenInvalid
    case .refused(let refusal):
      refusals.increment()
      return ForwardAuthAnswer.refused(refusal, rules.catalogue.knows(demand) ? demand : nil)
    }
  }

  /// Waits a short while where an older decision could stand in, a longer one where nothing can.
  private func judged(
    _ token: String, _ demand: ServiceScope, _ resource: ServiceCatalogue.Resource, _ key: DecisionKey
  ) async throws -> TokenDecision {
    let work = Task<TokenDecision, any Error> { [judge] in
      try await judge.decide(token, demand: demand, resource: resource)
    }
    defer { work.cancel() }
    let canStandIn = cache.valueWithoutStore(for: key, at: world.now()) != nil
    let patience: Duration = canStandIn ? .milliseconds(250) : .seconds(3)
    guard let decision = try await Deadline.value(of: work, within: patience) else {
      throw StoreError.unavailable("no answer within \(patience)")
    }
    return decision
  }

  private static func demand(_ query: String) throws(OAuthError) -> ServiceScope {
    let parameters = try FormBody.query(query)
    guard let text = parameters["scope"], let demand = Scope(text)?.service else {
      throw OAuthError(
        .invalidRequest, "the URL must name one service scope, as in ?scope=consultazione:estratto-conto")
    }
    guard parameters.names.count == 1 else {
      throw OAuthError(.invalidRequest, "the only parameter is scope")
    }
    return demand
  }

  /// The token of `Bearer <token>` (RFC 6750 section 2.1); nil for anything else, two headers included.
  private static func bearer(_ header: String) -> String? {
    let parts = header.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") })
    else { return nil }
    return String(parts[1])
  }

  private static func withoutPort(_ authority: String) -> String {
    guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return authority }
    return String(authority[..<colon])
  }
}
