import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import PINService
import SQLiteDriver
import Sealing
import TokenService

/// An opened installation: the store with its keys, as every command needs it.
struct Installation: Sendable {
  let configuration: BrokerConfiguration
  let database: any SQLDatabase
  let ledger: Ledger
  let chest: KeyChest
  let clientSecrets: KeyRing
  let subjects: KeyRing
  let world: World

  /// Opens the store that a configuration names. An empty one gets its schema; an older one wants `varco migrate`.
  static func open(_ configuration: BrokerConfiguration, world: World = .system) async throws(StartError)
    -> Installation
  {
    let database = try openDatabase(configuration)
    do {
      let found = try await Schema.installed(in: database)
      guard found == 0 || found >= Schema.version else {
        throw StartError.opening(
          "the database has schema version \(found) and this program needs \(Schema.version): run `varco migrate`")
      }
      try await Schema.migrate(database)
      let keys = configuration.keyEncryptionKeys.ring
      let ledger = try await Ledger.open(database, chain: configuration.node, keyEncryptionKeys: keys, world: world)
      let chest = KeyChest(keyEncryptionKeys: keys, world: world)
      let store = KeyStore(ledger)
      return Installation(
        configuration: configuration, database: database, ledger: ledger, chest: chest,
        clientSecrets: try chest.ring(try await store.keys(for: KeyPurpose.clientSecret.rawValue)),
        subjects: try chest.ring(try await store.keys(for: KeyPurpose.subject.rawValue)), world: world)
    } catch {
      throw startError(error)
    }
  }

  static func openDatabase(_ configuration: BrokerConfiguration) throws(StartError) -> any SQLDatabase {
    do { return try SQLiteDatabase(path: configuration.database) } catch {
      throw .opening("store.sqlite: \(error)")
    }
  }

  static func startError(_ error: any Error) -> StartError {
    switch error {
    case let error as StartError: error
    case let error as OpeningError: .opening(error.description)
    case let error as StoreError: .opening(error.description)
    case let error as SealingError: .opening("the key-encryption key: \(error)")
    default: .opening("\(type(of: error))")
    }
  }

  /// The PINs of a gateway, which must not begin with a pepper missing.
  func pins(pool: HashPool) async throws(StartError) -> PINService {
    do throws(PINError) {
      let service = try makePINs(pool)
      try await service.refuseUnknownPeppers()
      return service
    } catch {
      throw .opening("\(error)")
    }
  }

  /// The PINs of a command: one thread is enough, and a PIN whose pepper is lost can still be replaced or revoked.
  func pins() throws(StartError) -> PINService {
    do { return try makePINs(HashPool(threads: 1)) } catch { throw .opening("\(error)") }
  }

  private func makePINs(_ pool: HashPool) throws(PINError) -> PINService {
    try PINService(
      ledger: ledger, peppers: configuration.peppers.ring, policy: configuration.pin,
      parameters: configuration.hashing.parameters, pool: pool, world: world)
  }

  var registry: ClientRegistry { ClientRegistry(store: ClientStore(ledger), secrets: clientSecrets, world: world) }

  var signingKeys: SigningKeys { SigningKeys(store: KeyStore(ledger), chest: chest, world: world) }

  /// The catalogue in force; empty before the first one is applied.
  func catalogue() async throws(StartError) -> ServiceCatalogue {
    let document: String?
    do { document = try await CatalogueStore(ledger).document() } catch { throw .store(error) }
    guard let document else { return .empty }
    do { return try ServiceCatalogue(YAMLSettings.parse(document)) } catch {
      throw .configuration(path: "the stored catalogue", error)
    }
  }

  func context(for row: RightsPolicy.Row, pins: PINService) -> AuthenticatorContext {
    let instance = row.instance
    let sealer = Sealer(configuration.keyEncryptionKeys.ring, purpose: "module state")
    let pseudonyms = KeyedHash(subjects, purpose: "module pseudonym")
    return AuthenticatorContext(
      instance: instance, issuer: configuration.issuer, credentials: pins,
      storage: ModuleItemStore(ledger).storage(for: instance, sealer: sealer, pseudonyms: pseudonyms, world: world),
      world: world, ceiling: row.ceiling, level: row.level)
  }

  /// Every enabled instance, built from its settings.
  func authenticators(pins: PINService) throws(StartError) -> [InstanceID: any Authenticator] {
    try configuration.authenticators { context(for: $0, pins: pins) }
  }

  /// Takes up what another process has written into the key files; a file that cannot be read changes nothing.
  func reloadKeyFiles() {
    for file in [configuration.keyEncryptionKeys, configuration.peppers] { file.reload() }
  }

  /// Takes up a rotated client secret key.
  func reloadClientSecrets() async throws {
    let keys = try await KeyStore(ledger).keys(for: KeyPurpose.clientSecret.rawValue)
    clientSecrets.take(over: try chest.ring(keys))
  }

  func close() async { await database.close() }
}
