/// What is to be validated, and under which inputs (RFC 5280 section 6.1.1).
public struct ValidationRequest: Sendable {
  public var leaf: Certificate
  /// What came with the leaf, in any order; trusted for nothing.
  public var intermediates: [Certificate]
  /// Seconds since 1970.
  public var time: Int64
  public var purpose: Purpose
  public var policies: PolicyInputs
  /// The most certificates between the leaf and the anchor, self-issued ones included; 0 to 32.
  public var maximumIntermediates: Int
  public var budget: ValidationBudget
  /// Checks of form or strength that this caller lives without; only those of ``RejectionReason/tolerable`` count.
  public var tolerated: Set<RejectionReason>
  /// Checks that a test has switched off.
  var disabled: Set<RejectionReason> = []

  public init(
    leaf: Certificate, intermediates: [Certificate] = [], time: Int64, purpose: Purpose = .any,
    policies: PolicyInputs = PolicyInputs(), maximumIntermediates: Int = 16,
    budget: ValidationBudget = ValidationBudget(), tolerated: Set<RejectionReason> = []
  ) {
    self.leaf = leaf
    self.intermediates = intermediates
    self.time = time
    self.purpose = purpose
    self.policies = policies
    self.maximumIntermediates = maximumIntermediates
    self.budget = budget
    self.tolerated = tolerated
  }
}

/// What the leaf's key is to be used for.
public enum Purpose: String, Sendable, CaseIterable {
  case any
  /// TLS client authentication (RFC 5280 section 4.2.1.12, id-kp-clientAuth).
  case clientAuth
}

/// Inputs (c) to (g) of RFC 5280 section 6.1.1.
public struct PolicyInputs: Sendable {
  /// The user-initial-policy-set; empty means anyPolicy.
  public var initialPolicies: [OID]
  public var requireExplicitPolicy: Bool
  public var inhibitPolicyMapping: Bool
  public var inhibitAnyPolicy: Bool

  public init(
    initialPolicies: [OID] = [], requireExplicitPolicy: Bool = false, inhibitPolicyMapping: Bool = false,
    inhibitAnyPolicy: Bool = false
  ) {
    self.initialPolicies = initialPolicies
    self.requireExplicitPolicy = requireExplicitPolicy
    self.inhibitPolicyMapping = inhibitPolicyMapping
    self.inhibitAnyPolicy = inhibitAnyPolicy
  }
}

/// How much work one validation may do, so that a hostile bundle costs little. With the defaults well below a second.
public struct ValidationBudget: Sendable {
  /// Issuer candidates looked at.
  public var steps: Int
  /// Signatures verified while a path is searched.
  public var signatures: Int
  /// Certificates in the whole paths that are judged, one path after the other.
  public var pathCertificates: Int
  /// Comparisons of a name with a constraint, for each path.
  public var nameComparisons: Int

  public init(steps: Int = 10_000, signatures: Int = 200, pathCertificates: Int = 200, nameComparisons: Int = 50_000) {
    self.steps = steps
    self.signatures = signatures
    self.pathCertificates = pathCertificates
    self.nameComparisons = nameComparisons
  }
}
