public import AccessModel
public import AuthenticatorKit

/// What a login through each configured instance is worth: a table, read once from the configuration.
public struct RightsPolicy: Sendable, Equatable {
  /// One instance's row.
  public struct Row: Sendable, Equatable {
    public let instance: InstanceID
    public let isEnabled: Bool
    /// A second factor is never where a login begins.
    public let isPrimary: Bool
    /// The highest right that a login can give.
    public let ceiling: AccessRight
    /// Whether a dispositive ceiling counts at all (rule R10).
    public let countsAsDispositive: Bool
    public let level: AssuranceLevel
    public let acr: String
    public let amr: [String]
    /// How long a dispositive authentication stays fresh (rule R1).
    public let freshness: TimeSpan
    /// Whether the instance may name a citizen by fiscal code.
    public let assertsFiscalCode: Bool
    /// Second factors that every login through this instance needs as well: of each group one, in this order.
    public let followedBy: [[InstanceID]]
    /// The strengths in which the instance logs in, the weakest first; empty where it has only its own.
    public let contexts: [AuthenticationContext]

    /// - Parameter contexts: none is worth more than the row itself: what is above it is lowered.
    public init(
      instance: InstanceID, isEnabled: Bool = true, isPrimary: Bool = true, ceiling: AccessRight,
      countsAsDispositive: Bool = true, level: AssuranceLevel, acr: String, amr: [String],
      freshness: TimeSpan = .minutes(15), assertsFiscalCode: Bool = false, followedBy: [[InstanceID]] = [],
      contexts: [AuthenticationContext] = []
    ) {
      self.instance = instance
      self.isEnabled = isEnabled
      self.isPrimary = isPrimary
      self.ceiling = ceiling
      self.countsAsDispositive = countsAsDispositive
      self.level = level
      self.acr = acr
      self.amr = amr
      self.freshness = freshness
      self.assertsFiscalCode = assertsFiscalCode
      self.followedBy = followedBy
      self.contexts = contexts.map { context in
        AuthenticationContext(
          acr: context.acr, level: min(context.level, level), right: min(context.right, ceiling))
      }
    }

    /// The right that counts today: the ceiling, unless the operator has switched its dispositive part off (R10).
    public var effectiveRight: AccessRight {
      countsAsDispositive ? ceiling : .consultation
    }
  }

  public let rows: [Row]

  public init(_ rows: [Row]) { self.rows = rows }

  /// The row of an instance that is switched on; authentications of one that is not count for nothing.
  public func row(_ instance: InstanceID) -> Row? { rows.first { $0.instance == instance && $0.isEnabled } }

  /// The authentication that a token speaks of in `acr` and `auth_time`: the newest primary one that counts, because a
  /// second factor adds to a login and is none; nil where nothing counts.
  /// - Parameter right: the highest right of the token: one that disposes speaks of a proof that may dispose.
  public func leading(_ authentications: [Authentication], for right: AccessRight) -> Authentication? {
    let counted = Combination(authentications, under: self).primaries
    return counted.filter { $0.right >= right }.max { $0.at < $1.at }?.authentication
  }

  /// Where a login can begin, in the order of the configuration. One whose required second factors are not switched on
  /// could not end, so none begins there.
  public var primaries: [Row] {
    let factors = Set(factors.map(\.instance))
    return rows.filter { $0.isEnabled && $0.isPrimary && $0.isConfirmed(by: factors) }
  }

  /// The second factors that are switched on, in the order of the configuration.
  public var factors: [Row] { rows.filter { $0.isEnabled && !$0.isPrimary } }
}
