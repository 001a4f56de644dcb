import AccessModel
import AuthenticatorKit

extension AccessDecision {
  /// Until when something from an instant on is young enough; nil if it is not, or is of a time still to come (rule R1).
  static func end(of start: Instant, lasting age: TimeSpan, at now: Instant) -> Instant? {
    let end = start + age
    return start <= now + clockSkew && now < end ? end : nil
  }

  /// What a demand comes down to.
  struct Rule {
    let service: ServiceCatalogue.Service
    let right: AccessRight
    let demand: ServiceCatalogue.Demand

    /// How old a proof of a row may be; nil for any age.
    func maxAge(for row: RightsPolicy.Row) -> TimeSpan? {
      guard right == .dispositive else { return demand.maxAge }
      return demand.maxAge.map { min($0, row.freshness) } ?? row.freshness
    }

    /// Until when a primary proof is enough; nil if it is not. One has to meet right and demand together.
    func end(of proof: Combination.Primary, at now: Instant) -> Instant? {
      proof.right >= right && proof.meets(demand) ? end(of: proof.row, from: proof.at, now) : nil
    }

    /// Until when a second factor is what the demand asks for besides; nil if it is not.
    func end(of factor: Combination.Factor, at now: Instant) -> Instant? {
      demand.also.contains(factor.instance) ? end(of: factor.row, from: factor.at, now) : nil
    }

    private func end(of row: RightsPolicy.Row, from start: Instant, _ now: Instant) -> Instant? {
      guard let maxAge = maxAge(for: row) else { return Instant(milliseconds: .max) }
      return AccessDecision.end(of: start, lasting: maxAge, at: now)
    }

    func isMet(by context: AuthenticationContext, of row: RightsPolicy.Row) -> Bool {
      row.right(in: context) >= right
        && demand.isMet(level: context.level, instance: row.instance, acr: context.acr)
    }

    /// The strengths of an instance that are enough.
    func strengths(of row: RightsPolicy.Row) -> [AuthenticationContext] {
      row.strengths.filter { isMet(by: $0, of: row) }
    }
  }
}

extension Combination.Primary {
  func meets(_ demand: ServiceCatalogue.Demand) -> Bool {
    demand.isMet(level: level, instance: authentication.instance, acr: acr)
  }
}
