import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import GatewayHTTP
import Logging
import Metrics
import PINService
import ServiceLifecycle
import TokenService
import UnixSignals

/// The running gateway, put together: one builder per concern, and nothing else is decided here.
struct Broker: Sendable {
  let installation: Installation
  let gateway: Gateway
  let services: [any Service]

  static func build(_ installation: Installation, logger: Logger) async throws(StartError) -> Broker {
    let configuration = installation.configuration
    let pool = HashPool(threads: configuration.hashing.threads, waiting: configuration.hashing.queue)
    let pins = try await installation.pins(pool: pool)
    let rules = BrokerRules(catalogue: try await installation.catalogue(), policy: configuration.policy)
    let keys = installation.signingKeys
    do { try await keys.load(algorithm: configuration.tokens.algorithm) } catch {
      throw Installation.startError(error)
    }
    let metrics = PrometheusRegistry()
    MetricsSystem.bootstrap(metrics)
    let desk = LoginDesk(
      issuer: configuration.issuer, authenticators: try installation.authenticators(pins: pins), rules: rules,
      ledger: installation.ledger,
      pins: pins, keyEncryptionKeys: configuration.keyEncryptionKeys.ring, policy: configuration.tokens,
      limits: configuration.login, world: installation.world, logger: logger)
    try await refuseUnusable(desk, logger)
    let gateway = try gateway(installation, desk, rules, keys, metrics)
    let services: [any Service] =
      try listeners(configuration, gateway, installation.world, logger) + [
        ModuleWork(works: desk.background),
        ChangeWatcher(installation: installation, rules: rules, keys: keys, logger: logger),
        CheckpointWriter(installation: installation, logger: logger),
        Sweeper(installation: installation, logger: logger),
      ]
    return Broker(installation: installation, gateway: gateway, services: services)
  }

  /// A module that can never work with this configuration ends the start; one that is away does not.
  private static func refuseUnusable(_ desk: LoginDesk, _ logger: Logger) async throws(StartError) {
    let verdict = ModuleVerdict(await desk.health())
    for (instance, meaning, reason) in verdict.absences {
      logger.warning("\(meaning)", metadata: ["instance": "\(instance)", "reason": "\(reason)"])
    }
    try verdict.refuse()
  }

  private static func gateway(
    _ installation: Installation, _ desk: LoginDesk, _ rules: BrokerRules, _ keys: SigningKeys,
    _ metrics: PrometheusRegistry
  ) throws(StartError) -> Gateway {
    let configuration = installation.configuration
    do {
      return try Gateway(
        issuer: configuration.issuer, desk: desk, registry: installation.registry, rules: rules, keys: keys,
        subjects: PairwiseSubjects(ring: installation.subjects), policy: configuration.tokens,
        ledger: installation.ledger, proxies: configuration.proxies, headers: configuration.headers, metrics: metrics,
        world: installation.world)
    } catch {
      throw .opening("a built-in page does not parse")
    }
  }

  private static func listeners(
    _ configuration: BrokerConfiguration, _ gateway: Gateway, _ world: World, _ logger: Logger
  ) throws(StartError) -> [any Service] {
    var listeners = [
      try Listener.publicListener(configuration.listen, gateway.publicRouter(), logger: logger),
      Listener.adminListener(configuration.admin, gateway.adminRouter(), logger: logger),
    ]
    if let address = configuration.certificateListen {
      let router = gateway.certificateRouter()
      listeners.append(try Listener.certificateListener(address, router, world: world, logger: logger))
    }
    if let address = configuration.certificateProxyListen {
      let router = gateway.certificateProxyRouter(address.proxies)
      listeners.append(try Listener.certificateProxyListener(address, router, logger: logger))
    }
    return listeners
  }

  /// Runs until a signal comes or a service fails; then everything ends in order.
  func run(with more: [any Service] = [], logger: Logger) async throws {
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: (services + more).map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger))
    defer { Task { await installation.close() } }
    try await group.run()
  }
}
