import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import BrokerStore
import Foundation
import GatewayHTTP
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PINOrdinario
import PINService
import SQLiteDriver
import Sealing
import Testing
import TokenService

/// A whole gateway over a real SQLite file, with a clock that stands still and any authenticators.
final class Desk: Sendable {
  static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
  static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  static let resource = "https://portal.test"
  static let mario = "RSSMRA85T10H501O"
  static let anna = "BNCNNA62A71F205V"
  let clock: ManualClock
  let ledger: Ledger
  let pins: PINService
  let gateway: Gateway
  let world: World
  let secret: Secret
  private let folder: URL

  /// - Parameters:
  ///   - authenticators: instances beside `pin-ordinario`, each with its policy row.
  ///   - clock: theirs too, where they have one.
  ///   - moduleDeadline: a machine that is busy with other tests gets all the time there is.
  init(
    _ authenticators: [(RightsPolicy.Row, any Authenticator)] = [], clock: ManualClock = ManualClock(),
    moduleDeadline: TimeSpan = .seconds(600)
  ) async throws {
    self.clock = clock
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("varco-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    world = World.deterministic(clock: clock)
    let database = try SQLiteDatabase(
      path: folder.appendingPathComponent("varco.sqlite").path, readLimit: .seconds(600))
    try await Schema.migrate(database)
    let keys = try KeyRing([("kek", Secret(world.random(32)))])
    ledger = try await Ledger.open(database, chain: "main", keyEncryptionKeys: keys, world: world)
    let cheap = try #require(Argon2Parameters(memoryKiB: 8, iterations: 1))
    pins = try PINService(ledger: ledger, peppers: keys, parameters: cheap, pool: HashPool(threads: 2), world: world)
    let rules = BrokerRules(catalogue: try Desk.catalogue(), policy: try Desk.policy(authenticators.map(\.0)))
    let chest = KeyChest(keyEncryptionKeys: keys, world: world)
    let store = KeyStore(ledger)
    let registry = ClientRegistry(
      store: ClientStore(ledger), secrets: try chest.ring(try await store.keys(for: "client-secret")), world: world)
    let signing = SigningKeys(store: store, chest: chest, world: world)
    try await signing.load(algorithm: .es256)
    let policy = TokenPolicy(issuer: "https://varco.test")
    let desk = LoginDesk(
      issuer: "https://varco.test", authenticators: try Desk.modules(authenticators, pins: pins, world: world),
      rules: rules, ledger: ledger, pins: pins, keyEncryptionKeys: keys, policy: policy,
      limits: LoginLimits(moduleDeadline: moduleDeadline),
      world: world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    gateway = try Gateway(
      issuer: "https://varco.test", desk: desk, registry: registry, rules: rules, keys: signing,
      subjects: PairwiseSubjects(ring: try chest.ring(try await store.keys(for: "subject"))), policy: policy,
      ledger: ledger, proxies: .none, headers: .usual, metrics: PrometheusRegistry(),
      world: world)
    let document = ClientDocument(
      name: "app", method: .clientSecretPost, grants: [.authorizationCode, .refreshToken],
      scopes: try #require(ScopeList(parsing: "consultazione:slip dispositivo:apply")), resources: [Desk.resource],
      isFirstParty: true)
    secret = try #require(try await registry.add(id: "app", document, by: .system))
    try await addPeople()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func addPeople() async throws {
    let store = CitizenStore(ledger)
    for (id, code) in [("mario", Desk.mario), ("anna", Desk.anna)] {
      let citizen = Citizen(
        id: CitizenID(id), fiscalCode: try FiscalCode(code), givenName: "M", familyName: "R",
        profiles: [try #require(ProfileID("worker"))])
      try await store.add(citizen, audit: AuditEntry(.citizenChanged, by: .system, at: clock.now))
    }
  }

  /// Issues a PIN and changes it, as a first login does.
  func pin(_ code: String, grade: CredentialGrade = .ordinario) async throws -> Secret {
    let subject = try FiscalCode(code)
    let issued = try await pins.issue(to: subject, grade: grade, by: .system)
    let pin = try await pins.propose(for: subject)
    _ = try await pins.change(issued.credential, of: subject, to: pin, sparing: nil, by: .system)
    return pin
  }

  private static func modules(
    _ others: [(RightsPolicy.Row, any Authenticator)], pins: PINService, world: World
  ) throws -> [InstanceID: any Authenticator] {
    var settings = Settings()
    let id = try #require(InstanceID("pin-ordinario"))
    let context = AuthenticatorContext(
      instance: id, issuer: "", credentials: pins, storage: MemoryModuleStorage(clock: ManualClock()), world: world)
    var modules: [InstanceID: any Authenticator] = [
      id: try PINOrdinarioAuthenticator(settings: &settings, context: context)
    ]
    for (row, module) in others { modules[row.instance] = module }
    return modules
  }

  private static func policy(_ others: [RightsPolicy.Row]) throws -> RightsPolicy {
    RightsPolicy(
      [
        RightsPolicy.Row(
          instance: try #require(InstanceID("pin-ordinario")), ceiling: .consultation, level: .none, acr: "urn:acr:pin",
          amr: ["pin"], assertsFiscalCode: true)
      ] + others)
  }

  private static func catalogue() throws -> ServiceCatalogue {
    let area = try #require(AreaID("work"))
    let slip = try #require(ServiceID("slip"))
    let apply = try #require(ServiceID("apply"))
    return ServiceCatalogue(
      profiles: [try #require(ProfileID("worker")): [area]],
      services: [
        .init(id: slip, name: "Slip", areas: [area], rights: [.consultation]),
        .init(id: apply, name: "Apply", areas: [area], rights: [.consultation, .dispositive]),
      ],
      resources: [
        .init(
          id: resource, hosts: ["portal.test"], sector: "portal", services: [slip, apply], releasesFiscalNumber: false)
      ])
  }
}
