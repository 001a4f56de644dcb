import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import TokenService

extension Broker {
  static let mario = CitizenID("mario")
  static let anna = CitizenID("anna")
  static let marioCode = "RSSMRA85T10H501O"
  static let everything =
    "consultazione:slip dispositivo:apply consultazione:pension openid offline_access reports.read"

  static func catalogue() throws -> ServiceCatalogue {
    let both: Set<AccessRight> = [.consultation, .dispositive]
    let slip = try service("slip")
    let apply = try service("apply")
    let pension = try service("pension")
    return ServiceCatalogue(
      profiles: [try profile("worker"): [try area("work")], try profile("pensioner"): [try area("pensions")]],
      services: [
        .init(id: slip, name: "Slip", areas: [try area("work")], rights: [.consultation]),
        .init(id: apply, name: "Apply", areas: [try area("work")], rights: both),
        .init(id: pension, name: "Pension", areas: [try area("pensions")], rights: both),
      ],
      resources: [
        .init(
          id: portal, hosts: ["portal.test"], sector: "portal", services: [slip, apply, pension],
          releasesFiscalNumber: true),
        .init(id: twin, hosts: ["twin.test"], sector: "portal", services: [slip], releasesFiscalNumber: false),
        .init(id: other, hosts: ["other.test"], sector: "other", services: [slip], releasesFiscalNumber: false),
      ])
  }

  static func rights(
    ordinary: Bool = true, dispositiveCounts: Bool = true
  ) throws -> RightsPolicy {
    func row(
      _ name: String, enabled: Bool = true, _ ceiling: AccessRight, freshness: TimeSpan = .minutes(15)
    ) throws -> RightsPolicy.Row {
      RightsPolicy.Row(
        instance: try instance(name), isEnabled: enabled, ceiling: ceiling, countsAsDispositive: dispositiveCounts,
        level: .none, acr: "urn:acr:\(name)", amr: ["pin"], freshness: freshness, assertsFiscalCode: true)
    }
    return RightsPolicy([
      try row("pin-ordinario", enabled: ordinary, .consultation), try row("pin-dispositivo", .dispositive),
      try row("brief", .dispositive, freshness: .minutes(3)),
    ])
  }

  func addPeople() async throws {
    for (id, code, profiles) in [(Broker.mario, Broker.marioCode, ["worker"]), (Broker.anna, "BNCNNA62A71F205V", [])] {
      let citizen = Citizen(
        id: id, fiscalCode: try FiscalCode(code), givenName: "M", familyName: "R",
        profiles: Set(try profiles.map(profile)))
      try await citizens.add(citizen, audit: note())
    }
  }

  func addClients() async throws {
    try await add("app", resources: [Broker.portal])
    try await add("rival", resources: [Broker.portal])
    try await add("multi", resources: [Broker.portal, Broker.other, Broker.twin])
    try await add("plain", resources: [Broker.portal], grants: [.authorizationCode], scopes: "dispositivo:apply")
    try await add("portal-server", resources: [], introspects: [Broker.portal], releases: ["fiscal_number"])
    try await add("discreet-server", resources: [], introspects: [Broker.portal])
    try await add(
      "other-server", resources: [], introspects: [Broker.other, Broker.twin], releases: ["fiscal_number"])
  }

  private func add(
    _ id: String, resources: [String], grants: [Client.Grant] = Client.Grant.allCases, scopes text: String = everything,
    introspects: [String] = [], releases: [String] = []
  ) async throws {
    let document = ClientDocument(
      name: id, method: .clientSecretBasic, grants: grants, scopes: try scopes(text), resources: resources,
      introspects: introspects, isFirstParty: true, releases: releases)
    _ = try await registry.add(id: id, document, by: .system)
  }
}
