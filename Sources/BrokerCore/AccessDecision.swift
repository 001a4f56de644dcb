public import AccessModel

/// The answer to "may they?".
public enum AccessVerdict: Sendable, Equatable {
  /// Yes, and until when the answer holds if nothing else changes.
  case allowed(until: Instant)
  case refused(AccessRefusal)
}

/// Why not, and what would be enough (rule R8).
public struct AccessRefusal: Error, Sendable, Equatable {
  /// Stable words for logs, audit records and problem types.
  public enum Reason: String, Sendable, Equatable {
    /// The catalogue has no such service, operation or right.
    case unknownScope = "unknown-scope"
    /// The resource does not offer the service, or the client is not registered for the scope.
    case notRegistered = "not-registered"
    /// None of the citizen's profiles opens an area of the service (rule R5).
    case notInArea = "not-in-area"
    /// Nobody is logged in, or through nothing that counts.
    case notAuthenticated = "not-authenticated"
    /// The right is too low (rule R1).
    case insufficientRight = "insufficient-right"
    /// The right was high enough once, and that is too long ago (rule R1).
    case notFresh = "not-fresh"
    /// The session would do; the token was issued with less.
    case insufficientScope = "insufficient-scope"
    /// The operation asks for other methods (rule R6).
    case insufficientMethod = "insufficient-method"
  }

  public let reason: Reason
  /// What would be enough; nil where no login can help.
  public let enough: Sufficiency?

  public init(_ reason: Reason, enough: Sufficiency? = nil) {
    self.reason = reason
    self.enough = enough
  }

  /// Whether another login in the same session can turn the answer.
  public var isCurable: Bool { enough != nil }
}

/// What would be enough: for the bearer side as RFC 9470 says it, for the person in words.
public struct Sufficiency: Sendable, Equatable {
  /// Instances of which one is enough, in the order of the configuration.
  public let instances: [InstanceID]
  /// Their `acr` values, for `acr_values` (RFC 9470 section 3).
  public let acrValues: [String]
  /// In seconds; nil where the age does not matter.
  public let maxAge: Int64?
  public let words: String?

  public init(instances: [InstanceID], acrValues: [String], maxAge: Int64?, words: String?) {
    self.instances = instances
    self.acrValues = acrValues
    self.maxAge = maxAge
    self.words = words
  }
}

/// The one pure function that decides (rules R1, R5, R6, R10); token issue, refresh and forward-auth all call it.
public struct AccessDecision: Sendable {
  /// A time further in the future than this is no proof of freshness (rule R1).
  public static let clockSkew = TimeSpan.seconds(2)

  private let catalogue: ServiceCatalogue
  private let policy: RightsPolicy

  public init(catalogue: ServiceCatalogue, policy: RightsPolicy) {
    self.catalogue = catalogue
    self.policy = policy
  }

  /// Judges one demand.
  /// - Parameter now: the present; nothing else about time is read.
  public func judge(_ demand: ServiceScope, for holder: AccessHolder, at now: Instant) -> AccessVerdict {
    guard let rule = rule(for: demand) else { return .refused(AccessRefusal(.unknownScope)) }
    guard !rule.service.areas.isDisjoint(with: catalogue.areas(of: holder.profiles)) else {
      return .refused(AccessRefusal(.notInArea))
    }
    let counted = holder.authentications.compactMap { authentication in
      policy.row(authentication.instance).map { Proof(authentication: authentication, row: $0) }
    }
    let holds = counted.compactMap { $0.holds(until: rule, at: now) }
    // A second factor adds to a login and is none: where no primary proof counts any more, it is worth nothing.
    guard counted.contains(where: { $0.row.isPrimary }) else {
      return .refused(AccessRefusal(.notAuthenticated, enough: sufficiency(for: rule)))
    }
    if let until = holds.max() { return .allowed(until: until) }
    return .refused(AccessRefusal(reason(counted, rule), enough: sufficiency(for: rule)))
  }

  private func reason(_ proofs: [Proof], _ rule: Rule) -> AccessRefusal.Reason {
    if proofs.isEmpty { return .notAuthenticated }
    let rightful = proofs.filter { $0.right >= rule.right }
    if rightful.isEmpty { return .insufficientRight }
    return rightful.contains { $0.meets(rule.demand) } ? .notFresh : .insufficientMethod
  }

  /// The instances through which a login would be enough; nil if none is configured.
  private func sufficiency(for rule: Rule) -> Sufficiency? {
    let rows = policy.primaries.filter { $0.effectiveRight >= rule.right && rule.demand.isMet(by: $0) }
    guard !rows.isEmpty else { return nil }
    let ages = rows.map { rule.maxAge(for: $0)?.seconds }
    var acrValues: [String] = []
    for row in rows where !acrValues.contains(row.acr) { acrValues.append(row.acr) }
    return Sufficiency(
      instances: rows.map(\.instance), acrValues: acrValues, maxAge: ages.compactMap(\.self).min(),
      words: rule.demand.words)
  }

  private func rule(for demand: ServiceScope) -> Rule? {
    guard let service = catalogue.services[demand.service] else { return nil }
    guard let id = demand.operation else {
      guard let highest = service.rights.max(), highest >= demand.right else { return nil }
      return Rule(service: service, right: demand.right, demand: ServiceCatalogue.Demand())
    }
    guard let operation = service.operations.first(where: { $0.id == id }), operation.right >= demand.right else {
      return nil
    }
    // Reading about an operation needs no more than the right to read; its demand is for doing it.
    let asked = operation.right == demand.right ? operation.demand : ServiceCatalogue.Demand()
    return Rule(service: service, right: demand.right, demand: asked)
  }
}

/// What a demand comes down to.
private struct Rule {
  let service: ServiceCatalogue.Service
  let right: AccessRight
  let demand: ServiceCatalogue.Demand

  /// How old an authentication of a row may be; nil for any age.
  func maxAge(for row: RightsPolicy.Row) -> TimeSpan? {
    guard right == .dispositive else { return demand.maxAge }
    return demand.maxAge.map { min($0, row.freshness) } ?? row.freshness
  }
}

/// An authentication with what the policy says today about its instance.
private struct Proof {
  let authentication: Authentication
  let row: RightsPolicy.Row

  /// Neither more than this login could give, nor more than the operator says today.
  var right: AccessRight { min(authentication.right, row.effectiveRight) }

  func meets(_ demand: ServiceCatalogue.Demand) -> Bool {
    // Neither more than the login was worth then, nor more than the operator says today.
    demand.isMet(
      level: min(authentication.level, row.level), instance: authentication.instance, acr: authentication.acr)
  }

  /// Until when this proof is enough; nil if it is not.
  func holds(until rule: Rule, at now: Instant) -> Instant? {
    guard right >= rule.right, meets(rule.demand) else { return nil }
    guard let maxAge = rule.maxAge(for: row) else { return Instant(milliseconds: .max) }
    let end = authentication.at + maxAge
    return authentication.at <= now + AccessDecision.clockSkew && now < end ? end : nil
  }
}

extension ServiceCatalogue.Demand {
  fileprivate func isMet(by row: RightsPolicy.Row) -> Bool {
    isMet(level: row.level, instance: row.instance, acr: row.acr)
  }
}
