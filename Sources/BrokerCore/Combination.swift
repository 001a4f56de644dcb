public import AccessModel
import AuthenticatorKit

/// What the proofs of a session are worth together: the one place where that is decided (docs/combination.md).
///
/// Right and level are those of one primary proof. Several never add up, and a second factor raises neither and counts
/// for nothing alone. What is switched off, or lacks a second factor that its row requires today, counts for nothing,
/// whatever a module or an earlier version said.
public struct Combination: Sendable, Equatable {
  /// A primary proof that counts: neither more than it was worth then, nor more than the operator says today.
  public struct Primary: Sendable, Equatable {
    public let authentication: Authentication
    public let right: AccessRight
    public let level: AssuranceLevel
    let row: RightsPolicy.Row

    public var acr: String { authentication.acr }
    public var at: Instant { authentication.at }
  }

  /// A second factor that was used; it has neither right nor level.
  public struct Factor: Sendable, Equatable {
    public let at: Instant
    let row: RightsPolicy.Row

    public var instance: InstanceID { row.instance }
  }

  public let primaries: [Primary]
  public let factors: [Factor]

  public init(_ authentications: [Authentication], under policy: RightsPolicy) {
    let enabled = Set(policy.factors.map(\.instance))
    primaries = authentications.compactMap { Self.primary($0, policy, enabled) }
    factors = authentications.compactMap { proof in
      guard let row = policy.row(proof.instance), !row.isPrimary else { return nil }
      return Factor(at: proof.at, row: row)
    }
  }

  private static func primary(
    _ proof: Authentication, _ policy: RightsPolicy, _ enabled: Set<InstanceID>
  ) -> Primary? {
    guard let row = policy.row(proof.instance), row.isPrimary, let strength = row.strength(of: proof),
      row.isConfirmed(by: enabled.intersection(proof.confirmedBy))
    else { return nil }
    return Primary(
      authentication: proof, right: min(proof.right, row.right(in: strength)), level: min(proof.level, strength.level),
      row: row)
  }
}
