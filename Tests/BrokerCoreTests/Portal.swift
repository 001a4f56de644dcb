import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

/// A small portal: two PIN modules, SPID, a card, a second factor, and services of every kind.
struct Portal {
  static let now = Instant(seconds: 1_800_000_000)
  static let ordinary = "pin-ordinario"
  static let dispositive = "pin-dispositivo"

  let catalogue: ServiceCatalogue
  let policy: RightsPolicy
  var decision: AccessDecision { AccessDecision(catalogue: catalogue, policy: policy) }
  var flow: LoginFlow { LoginFlow(catalogue: catalogue, policy: policy) }

  /// - Parameter changes: rows that take the place of those with the same instance.
  init(_ changes: RightsPolicy.Row...) throws { try self.init(changes: changes) }

  init(changes: [RightsPolicy.Row]) throws {
    let rows = try Portal.rows()
    let kept = rows.map { row in changes.first { $0.instance == row.instance } ?? row }
    policy = RightsPolicy(kept + changes.filter { change in !rows.contains { $0.instance == change.instance } })
    catalogue = ServiceCatalogue(
      profiles: [try profile("pensioner"): [try area("pensions")], try profile("worker"): [try area("work")]],
      services: try Portal.services(), resources: [])
  }

  /// Judges one demand for somebody with these authentications.
  func judge(
    _ demand: String, _ authentications: [Authentication], profiles: [String] = ["worker"], at now: Instant = now
  ) throws -> AccessVerdict {
    let holder = AccessHolder(authentications: authentications, profiles: Set(try profiles.map(profile)))
    return decision.judge(try scope(demand), for: holder, at: now)
  }

  static func row(
    _ name: String, enabled: Bool = true, primary: Bool = true, _ ceiling: AccessRight = .consultation,
    counts: Bool = true, level: AssuranceLevel = .none, freshness: TimeSpan = .minutes(15), asserts: Bool = true,
    followedBy: [[String]] = [], contexts: [AuthenticationContext] = []
  ) throws -> RightsPolicy.Row {
    RightsPolicy.Row(
      instance: try instance(name), isEnabled: enabled, isPrimary: primary, ceiling: ceiling,
      countsAsDispositive: counts, level: level, acr: acr(name), amr: [primary ? "pin" : "otp"], freshness: freshness,
      assertsFiscalCode: asserts, followedBy: try followedBy.map { try $0.map(instance) },
      contexts: contexts)
  }

  /// SPID with its three levels.
  static func spid(level: AssuranceLevel = .high, _ ceiling: AccessRight = .dispositive, counts: Bool = true) throws
    -> RightsPolicy.Row
  {
    try row(
      "spid", ceiling, counts: counts, level: level,
      contexts: [
        AuthenticationContext(acr: acr("spid-1"), level: .low, right: .consultation),
        AuthenticationContext(acr: acr("spid-2"), level: .substantial, right: .dispositive),
        AuthenticationContext(acr: acr("spid-3"), level: .high, right: .dispositive),
      ])
  }

  static func acr(_ name: String) -> String { "urn:acr:\(name)" }

  private static func rows() throws -> [RightsPolicy.Row] {
    [
      try row("pin-ordinario"), try row("pin-dispositivo", .dispositive),
      try row("spid", .dispositive, level: .substantial, freshness: .minutes(10)),
      try row("card", .dispositive, level: .high), try row("old", enabled: false, .dispositive, level: .high),
      try row("totp", primary: false, asserts: false),
    ]
  }

  private static func services() throws -> [ServiceCatalogue.Service] {
    let both: Set<AccessRight> = [.consultation, .dispositive]
    let work: Set<AreaID> = [try area("work")]
    return [
      .init(id: try service("slip"), name: "Slip", areas: work, rights: [.consultation]),
      .init(id: try service("apply"), name: "Apply", areas: work, rights: both),
      .init(id: try service("pension"), name: "Pension", areas: [try area("pensions")], rights: both),
      .init(id: try service("closed"), name: "Closed", areas: [], rights: both),
      .init(id: try service("merge"), name: "Merge", areas: work, rights: both, operations: try operations()),
    ]
  }

  private static func operations() throws -> [ServiceCatalogue.Operation] {
    func make(_ id: String, _ right: AccessRight, _ demand: ServiceCatalogue.Demand) throws
      -> ServiceCatalogue.Operation
    {
      .init(id: try operation(id), name: id, right: right, demand: demand)
    }
    return [
      try make(
        "submit", .dispositive, .init(leastLevel: .substantial, methods: ["pin-dispositivo"], words: "PIN or SPID")),
      try make("strict", .dispositive, .init(leastLevel: .high)),
      try make("named", .dispositive, .init(methods: [acr("spid")])),
      try make("brief", .dispositive, .init(maxAge: .minutes(2))),
      try make("recent", .consultation, .init(maxAge: .minutes(5))),
      try make("safe", .consultation, .init(leastLevel: .low)),
      try make("sealed", .dispositive, .init(also: [try instance("totp")])),
      try make("either", .dispositive, .init(also: [try instance("key"), try instance("totp")], maxAge: .minutes(5))),
      try make("watched", .consultation, .init(also: [try instance("totp")])),
      try make("level2", .dispositive, .init(methods: [acr("spid-2")])),
      try make("level3", .dispositive, .init(leastLevel: .high)),
    ]
  }
}

func instance(_ name: String) throws -> InstanceID { try #require(InstanceID(name)) }
func service(_ name: String) throws -> ServiceID { try #require(ServiceID(name)) }
func operation(_ name: String) throws -> OperationID { try #require(OperationID(name)) }
func area(_ name: String) throws -> AreaID { try #require(AreaID(name)) }
func profile(_ name: String) throws -> ProfileID { try #require(ProfileID(name)) }
func scope(_ text: String) throws -> ServiceScope { try #require(Scope(text)?.service) }
func scopes(_ text: String) throws -> ScopeList { try #require(ScopeList(parsing: text)) }

/// An authentication as the portal's policy would write it.
func proof(
  _ name: String, at: Instant = Portal.now, level: AssuranceLevel? = nil, credential: String? = nil,
  acr: String? = nil, confirmedBy: [String] = []
) throws -> Authentication {
  let levels: [String: AssuranceLevel] = ["spid": .substantial, "card": .high, "old": .high]
  let factors: Set<String> = ["totp", "key", "mail"]
  let consults = factors.union(["pin-ordinario"])
  return Authentication(
    instance: try instance(name), credential: credential.map { CredentialID($0) },
    level: level ?? levels[name] ?? .none,
    acr: acr ?? Portal.acr(name), amr: [factors.contains(name) ? "otp" : "pin"], at: at,
    right: consults.contains(name) ? .consultation : .dispositive, confirmedBy: try confirmedBy.map(instance))
}

extension AccessVerdict {
  var isAllowed: Bool { if case .allowed = self { true } else { false } }
  var until: Instant? { if case .allowed(let until) = self { until } else { nil } }
  var reason: AccessRefusal.Reason? { if case .refused(let refusal) = self { refusal.reason } else { nil } }
  var enough: Sufficiency? { if case .refused(let refusal) = self { refusal.enough } else { nil } }
}

extension TimeSpan {
  static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count) }
}
