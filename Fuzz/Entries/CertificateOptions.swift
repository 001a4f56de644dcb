import CertificateKit

/// How one input is to be validated, from its first octets.
struct CertificateOptions {
  static let count = 4
  /// The CNS's, and the first of NIST's test suite.
  private static let policies = ["1.3.76.16.2.1", "2.16.840.1.101.3.2.1.48.1"].compactMap { OID($0) }

  let input: FuzzInput
  let known: KnownFiles

  /// - Parameter leaf: some times lie at the ends of its validity.
  func time(_ leaf: Certificate) -> Int64 {
    let day: Int64 = 86_400
    switch input.options[0] & 7 {
    case 0, 1: return known.time + 60
    case 2: return known.time + 8 * day
    case 3: return known.time + 400 * day
    case 4: return known.time - 1000 * day
    case 5: return leaf.notAfter
    case 6: return leaf.notAfter + 1
    default: return leaf.notBefore - 1
    }
  }

  var purpose: Purpose { input.isSet(3, of: 0) ? .clientAuth : .any }
  var order: RevocationPolicy.Order { input.isSet(4, of: 0) ? .sourcesFirst : .listsFirst }
  var unknown: RevocationPolicy.Unknown { input.isSet(5, of: 0) ? .reported : .refused }
  var usesLists: Bool { input.isSet(6, of: 0) }
  var usesSources: Bool { input.isSet(7, of: 0) }
  var maximumIntermediates: Int { Int(input.options[1] >> 4) }
  var hasIntermediatesAtHand: Bool { input.isSet(6, of: 2) }

  var policies: PolicyInputs {
    PolicyInputs(
      initialPolicies: input.isSet(0, of: 1) ? Self.policies : [],
      requireExplicitPolicy: input.isSet(1, of: 1), inhibitPolicyMapping: input.isSet(2, of: 1),
      inhibitAnyPolicy: input.isSet(3, of: 1))
  }

  var tolerated: Set<RejectionReason> {
    let all = RejectionReason.tolerable.sorted { $0.rawValue < $1.rawValue }
    return Set(all.enumerated().filter { input.isSet(UInt8($0.offset % 6), of: 2) }.map(\.element))
  }

  var rules: OCSPRules {
    OCSPRules(
      nonce: input.isSet(7, of: 2) ? .acceptedMissing : .required, skew: Int64(input.options[3] & 0x3F),
      maximumAge: input.isSet(6, of: 3) ? 604_800 : 600)
  }

  var budget: ValidationBudget {
    input.isSet(7, of: 3)
      ? ValidationBudget(steps: 6, signatures: 3, pathCertificates: 5, nameComparisons: 4) : ValidationBudget()
  }

  func request(_ certificates: [Certificate], leaf: Certificate) -> ValidationRequest {
    ValidationRequest(
      leaf: leaf, intermediates: Array(certificates.dropFirst()), time: time(leaf), purpose: purpose,
      policies: policies, maximumIntermediates: maximumIntermediates, budget: budget, tolerated: tolerated)
  }
}
