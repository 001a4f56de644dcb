public import AccessModel
import AuthenticatorKit

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
    let combination = Combination(holder.authentications, under: policy)
    guard let until = combination.primaries.compactMap({ rule.end(of: $0, at: now) }).max() else {
      return .refused(AccessRefusal(reason(combination.primaries, rule), enough: sufficiency(for: rule)))
    }
    guard !rule.demand.also.isEmpty else { return .allowed(until: until) }
    guard let confirmed = combination.factors.compactMap({ rule.end(of: $0, at: now) }).max() else {
      return .refused(AccessRefusal(.insufficientMethod, enough: missingFactor(of: rule)))
    }
    return .allowed(until: min(until, confirmed))
  }

  /// Whether a login through an instance in one of its strengths is enough, as far as the primary proof goes.
  func suffices(_ context: AuthenticationContext, of row: RightsPolicy.Row, for demand: ServiceScope) -> Bool {
    rule(for: demand)?.isMet(by: context, of: row) ?? false
  }

  private func reason(_ proofs: [Combination.Primary], _ rule: Rule) -> AccessRefusal.Reason {
    if proofs.isEmpty { return .notAuthenticated }
    let rightful = proofs.filter { $0.right >= rule.right }
    if rightful.isEmpty { return .insufficientRight }
    return rightful.contains { $0.meets(rule.demand) } ? .notFresh : .insufficientMethod
  }

  /// The instances through which a login would be enough; nil if none is configured.
  private func sufficiency(for rule: Rule) -> Sufficiency? {
    let rows = policy.primaries.filter { !rule.strengths(of: $0).isEmpty }
    guard !rows.isEmpty, rule.demand.also.isEmpty || !factors(of: rule).isEmpty else { return nil }
    return sufficiency(rows.map(\.instance), by: rows, rule)
  }

  /// The second factors of which one would be enough for somebody whose login is; nil if none is switched on.
  private func missingFactor(of rule: Rule) -> Sufficiency? {
    let factors = factors(of: rule)
    return factors.isEmpty
      ? nil : sufficiency(factors, by: policy.primaries.filter { !rule.strengths(of: $0).isEmpty }, rule)
  }

  private func factors(of rule: Rule) -> [InstanceID] {
    policy.factors.map(\.instance).filter(rule.demand.also.contains)
  }

  /// A second factor has no `acr` of its own, and a token's `auth_time` is its primary proof's: both speak of those.
  private func sufficiency(_ instances: [InstanceID], by rows: [RightsPolicy.Row], _ rule: Rule) -> Sufficiency {
    var acrValues: [String] = []
    for acr in rows.flatMap({ rule.strengths(of: $0).map(\.acr) }) where !acrValues.contains(acr) {
      acrValues.append(acr)
    }
    return Sufficiency(
      instances: instances, acrValues: acrValues, maxAge: rows.compactMap { rule.maxAge(for: $0)?.seconds }.min(),
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
