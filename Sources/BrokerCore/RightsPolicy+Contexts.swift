import AccessModel
import AuthenticatorKit

extension RightsPolicy.Row {
  /// What a login through the instance can be worth, the weakest first: its contexts, or the one that the row itself is.
  var strengths: [AuthenticationContext] {
    contexts.isEmpty ? [AuthenticationContext(acr: acr, level: level, right: ceiling)] : contexts
  }

  /// Every `acr` that a login through the instance can have, to match a client's `acr_values`.
  public var acrs: [String] { strengths.map(\.acr) }

  /// The right that counts today in one of the strengths (rule R10).
  func right(in context: AuthenticationContext) -> AccessRight { min(context.right, effectiveRight) }

  /// What a module means that names a context; one that names none means the weakest.
  /// - Returns: nil if the row has no such context.
  func strength(named acr: String?) -> AuthenticationContext? {
    guard let acr else { return strengths.first }
    return strengths.first { $0.acr == acr }
  }

  /// What a proof of earlier was worth by what the row says today.
  /// - Returns: nil if the row has contexts and no longer this one: like an instance that is switched off.
  func strength(of proof: Authentication) -> AuthenticationContext? {
    contexts.isEmpty ? strengths.first : contexts.first { $0.acr == proof.acr }
  }

  /// Whether these second factors answer every group, each with one of its own: none answers two.
  func isConfirmed(by factors: Set<InstanceID>) -> Bool { Self.answer(followedBy[...], factors) }

  private static func answer(_ groups: ArraySlice<[InstanceID]>, _ factors: Set<InstanceID>) -> Bool {
    guard let group = groups.first else { return true }
    return group.contains { factor in
      factors.contains(factor) && answer(groups.dropFirst(), factors.subtracting([factor]))
    }
  }
}
