import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import CitizenImport
import Foundation
import PINService
import TokenService

/// Somebody of the demo with a PIN to log in with.
struct DemoPerson: Sendable {
  let name: String
  let code: FiscalCode
  let pin: Secret
}

/// The people and the client of the tour.
struct DemoPeople: Sendable {
  /// A worker whose PIN is dispositivo and has been changed already.
  let worker: DemoPerson
  /// A worker whose PIN is ordinario.
  let reader: DemoPerson
  /// Somebody whose PIN of 16 characters has just been issued.
  let newcomer: DemoPerson
  let clientID: String
  let clientSecret: Secret
  let introspectorSecret: Secret
}

/// Fills the demo's store.
struct DemoData: Sendable {
  let installation: Installation
  let count: Int
  /// The three of the tour.
  let workers: [GeneratedCitizen]

  /// The first three of so many made-up citizens who work, and for nobody else.
  static func workers(of count: Int) throws(StartError) -> [GeneratedCitizen] {
    var workers: [GeneratedCitizen] = []
    for citizen in CitizenGenerator(seed: seed, count: count) where workers.count < 3 {
      let names = citizen.profiles.map(\.description)
      if names.contains(where: { $0.hasPrefix("worker-") }), !names.contains("intermediary") { workers.append(citizen) }
    }
    guard workers.count == 3 else { throw .opening("too few citizens for the demo") }
    return workers
  }

  private static let seed: UInt64 = 2026

  func make() async throws(StartError) -> DemoPeople {
    try await answering {
      try await applyCatalogue()
      try await makeCitizens()
      let pins = try installation.pins()
      let worker = try await changed(workers[0], .dispositivo, pins)
      let reader = try await changed(workers[1], .ordinario, pins)
      let issued = try await pins.issue(to: workers[2].fiscalCode, grade: .ordinario, by: .staff("demo"))
      let newcomer = DemoPerson(name: workers[2].fullName, code: workers[2].fiscalCode, pin: issued.display)
      let (client, introspector) = try await makeClients()
      return DemoPeople(
        worker: worker, reader: reader, newcomer: newcomer, clientID: "demo-app", clientSecret: client,
        introspectorSecret: introspector)
    }
  }

  private func applyCatalogue() async throws {
    let now = installation.world.now()
    try await CatalogueStore(installation.ledger).apply(
      String(decoding: PackageResources.demo_catalogue_yaml, as: UTF8.self), at: now,
      audit: AuditEntry(.catalogueApplied, by: .staff("demo"), at: now))
  }

  private func makeCitizens() async throws {
    let store = CitizenStore(installation.ledger)
    var batch: [ImportedCitizen] = []
    for citizen in CitizenGenerator(seed: DemoData.seed, count: count) {
      batch.append(citizen.imported(as: CitizenID.random(installation.world)))
      if batch.count == 1000 { try await flush(&batch, store) }
    }
    try await flush(&batch, store)
  }

  private func flush(_ batch: inout [ImportedCitizen], _ store: CitizenStore) async throws {
    guard !batch.isEmpty else { return }
    let entry = AuditEntry(.citizensImported, by: .staff("demo"), at: installation.world.now())
    _ = try await store.importBatch(batch, audit: entry)
    batch = []
  }

  private func changed(_ citizen: GeneratedCitizen, _ grade: CredentialGrade, _ pins: PINService) async throws
    -> DemoPerson
  {
    let issued = try await pins.issue(to: citizen.fiscalCode, grade: grade, by: .staff("demo"))
    let pin = try await pins.propose(for: citizen.fiscalCode)
    let outcome = try await pins.change(
      issued.credential, of: citizen.fiscalCode, to: pin, sparing: nil, by: .staff("demo"))
    guard case .changed = outcome else { throw StartError.opening("the demo's PIN was refused") }
    return DemoPerson(name: citizen.fullName, code: citizen.fiscalCode, pin: pin)
  }

  private func makeClients() async throws -> (app: Secret, introspector: Secret) {
    let catalogue = try await installation.catalogue()
    let scopes = catalogue.services.values.flatMap { service in
      service.rights.map { Scope.service(ServiceScope($0, service.id)) }
        + service.operations.map { Scope.service(ServiceScope($0.right, service.id, operation: $0.id)) }
    }
    let app = ClientDocument(
      name: "Demo app", method: .clientSecretBasic, grants: [.authorizationCode, .refreshToken],
      scopes: ScopeList(scopes.sorted { $0.description < $1.description }),
      resources: [DemoFolder.portal], isFirstParty: true)
    let introspector = ClientDocument(
      name: "Demo portal", method: .clientSecretBasic, grants: [.clientCredentials], scopes: ScopeList([]),
      resources: [DemoFolder.portal], introspects: [DemoFolder.portal])
    let registry = installation.registry
    guard let first = try await registry.add(id: "demo-app", app, by: .staff("demo")),
      let second = try await registry.add(id: "demo-portal", introspector, by: .staff("demo"))
    else { throw StartError.opening("the demo's clients have no secret") }
    return (first, second)
  }
}

extension GeneratedCitizen {
  fileprivate var fullName: String { "\(givenName) \(familyName)" }
}
