import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import SQLiteDriver
import Sealing
import Testing

@testable import BrokerStore
@testable import TokenService

/// An installation of its own: a real SQLite file, a clock that stands still, two citizens, some clients.
struct Broker: Sendable {
  static let issuer = "https://varco.test"
  /// Two resources of one sector, and one of another.
  static let portal = "https://portal.test"
  static let twin = "https://twin.test"
  static let other = "https://other.test"
  static let verifier = "a-verifier-of-at-least-43-characters-0123456789"

  let clock: ManualClock
  let world: World
  let ledger: Ledger
  let chest: KeyChest
  let keys: SigningKeys
  let rules: BrokerRules
  let registry: ClientRegistry
  let subjects: PairwiseSubjects
  let policy: TokenPolicy
  private let folder: TemporaryFolder

  init(policy: TokenPolicy? = nil) async throws {
    try await self.init(folder: TemporaryFolder(), clock: ManualClock(), seed: 1, policy: policy)
    try await addPeople()
    try await addClients()
  }

  private init(folder: TemporaryFolder, clock: ManualClock, seed: UInt64, policy: TokenPolicy?) async throws {
    self.folder = folder
    self.clock = clock
    world = .deterministic(clock: clock, seed: seed)
    self.policy = policy ?? TokenPolicy(issuer: Broker.issuer)
    let database = try SQLiteDatabase(path: folder.path("varco.sqlite"), readLimit: .seconds(600))
    try await Schema.migrate(database)
    let ring = try KeyRing([("kek", Secret([UInt8](repeating: 9, count: 32)))])
    ledger = try await Ledger.open(database, chain: "node-\(seed)", keyEncryptionKeys: ring, world: world)
    chest = KeyChest(keyEncryptionKeys: ring, world: world)
    keys = SigningKeys(store: KeyStore(ledger), chest: chest, world: world)
    try await keys.load(algorithm: self.policy.algorithm)
    rules = BrokerRules(catalogue: try Broker.catalogue(), policy: try Broker.rights())
    let secrets = try chest.ring(try await KeyStore(ledger).keys(for: KeyPurpose.clientSecret.rawValue))
    registry = ClientRegistry(store: ClientStore(ledger), secrets: secrets, world: world)
    subjects = PairwiseSubjects(ring: try chest.ring(try await KeyStore(ledger).keys(for: KeyPurpose.subject.rawValue)))
  }

  /// Another process on the same file, with dice of its own.
  func secondNode() async throws -> Broker {
    try await Broker(folder: folder, clock: clock, seed: 2, policy: policy)
  }

  var now: Instant { clock.now }
  func advance(by span: TimeSpan) { clock.advance(by: span) }

  var sessions: SessionStore { SessionStore(ledger, limits: policy.session) }
  var citizens: CitizenStore { CitizenStore(ledger) }
  var tokens: TokenStore { TokenStore(ledger) }
  var judge: AccessJudge {
    AccessJudge(ledger: ledger, keys: keys, rules: rules, issuer: Broker.issuer, world: world)
  }
  var introspection: Introspection { Introspection(judge: judge, rules: rules, issuer: Broker.issuer) }
  var revocation: Revocation { Revocation(ledger: ledger, keys: keys, world: world) }

  func endpoint(_ other: BrokerRules? = nil) -> TokenEndpoint {
    TokenEndpoint(
      ledger: ledger, rules: other ?? rules, keys: keys, subjects: subjects, policy: policy, world: world)
  }

  func client(_ id: String) async throws -> Client { try #require(try await registry.client(id)) }

  func note(_ kind: AuditKind = .citizenChanged) -> AuditEntry { AuditEntry(kind, by: .system, at: now) }

  @discardableResult
  func sql(_ statement: String, _ values: SQLValue...) async throws -> [SQLRow] {
    try await ledger.database.write { connection in try connection.execute(statement, values) }
  }
}

func instance(_ name: String) throws -> InstanceID { try #require(InstanceID(name)) }
func service(_ name: String) throws -> ServiceID { try #require(ServiceID(name)) }
func area(_ name: String) throws -> AreaID { try #require(AreaID(name)) }
func profile(_ name: String) throws -> ProfileID { try #require(ProfileID(name)) }
func scope(_ text: String) throws -> ServiceScope { try #require(Scope(text)?.service) }
func scopes(_ text: String) throws -> ScopeList { try #require(ScopeList(parsing: text)) }

/// Runs one act from 64 callers at once, alternating between two nodes.
func crowd<Value: Sendable>(
  _ first: Broker, _ second: Broker, _ act: @escaping @Sendable (Broker) async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: Value.self) { group in
    for caller in 0..<64 { group.addTask { try await act(caller.isMultiple(of: 2) ? first : second) } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}

/// What an act is refused with; nil if it is not.
func refusal<Value>(_ act: () async throws -> Value) async throws -> OAuthError.Code? {
  do {
    _ = try await act()
    return nil
  } catch let error as OAuthError {
    return error.code
  }
}

extension TimeSpan {
  static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count) }
}
