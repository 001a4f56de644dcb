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
    public let authentication: Authentication
    let row: RightsPolicy.Row

    public var instance: InstanceID { row.instance }
    public var at: Instant { authentication.at }
  }

  public let primaries: [Primary]
  public let factors: [Factor]

  public init(_ authentications: [Authentication], under policy: RightsPolicy) {
    let enabled = Set(policy.factors.map(\.instance))
    primaries = authentications.compactMap { Self.primary($0, policy, enabled) }
    factors = authentications.compactMap { proof in
      guard let row = policy.row(proof.instance), !row.isPrimary else { return nil }
      return Factor(authentication: proof, row: row)
    }
  }

  /// Every method of what counts, each once, and `mfa` where there were two kinds of factor (RFC 8176 section 2).
  public var amr: [String] {
    var methods: [String] = []
    for method in (primaries.map(\.authentication) + factors.map(\.authentication)).flatMap(\.amr)
    where !methods.contains(method) {
      methods.append(method)
    }
    let isMultiple = methods.contains("pin") && methods.contains("otp")
    return isMultiple && !methods.contains("mfa") ? methods + ["mfa"] : methods
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
