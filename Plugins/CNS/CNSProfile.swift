public import CertificateKit

/// What makes a certificate the authentication certificate of a CNS, apart from its path: the CAs that issue them issue
/// others too, so that trust in a CA alone says nothing.
public struct CNSProfile: Sendable {
  /// Policies of which the certificate must name one, and its path allow one.
  public let policies: [OID]

  /// - Parameter policies: the CNS policy and, by the operator's decision, what some regions issue in its place.
  public init(policies: [OID]) { self.policies = policies }

  /// The CNS authentication policy (AgID's profile, since May 2005).
  public static let cns = "1.3.76.16.2.1"

  /// Why a certificate is not a CNS.
  public enum Mismatch: String, Error, Sendable, CaseIterable {
    case isCA = "is-ca"
    case policy
    case keyUsage = "key-usage"
    case nonRepudiation = "non-repudiation"
    case extendedKeyUsage = "extended-key-usage"
    case commonName = "common-name"
  }

  /// Judges a path that is good already.
  public func judge(_ path: ValidatedPath) -> Result<CNSSubject, Mismatch> {
    let judged = judge(leaf: path.leaf)
    guard case .success = judged, !allows(path) else { return judged }
    return .failure(.policy)
  }

  /// Whether the authorities between leaf and anchor let the leaf have its policy (RFC 5280 section 6.1.5). Where none
  /// of them names any policy they are silent about it, and the leaf's word counts.
  private func allows(_ path: ValidatedPath) -> Bool {
    let isSilent = path.certificates.dropFirst().dropLast().allSatisfy(\.policies.isEmpty)
    let named = path.leaf.policies.filter(policies.contains)
    return isSilent || path.policies.contains(where: named.contains)
  }

  /// Judges a leaf by itself; says nothing about who issued it.
  public func judge(leaf: Certificate) -> Result<CNSSubject, Mismatch> {
    if leaf.isCA { return .failure(.isCA) }
    // Looked at before the policy, because it says best what a person has chosen wrongly.
    guard let usage = leaf.keyUsage, CNSProfile.keyUsage.map(leaf.isCritical) == true else {
      return .failure(.keyUsage)
    }
    if usage.contains(.nonRepudiation) { return .failure(.nonRepudiation) }
    guard usage.contains(.digitalSignature) else { return .failure(.keyUsage) }
    guard leaf.policies.contains(where: policies.contains) else { return .failure(.policy) }
    guard let purposes = leaf.extendedKeyUsage, purposes.contains(where: { $0 == CNSProfile.clientAuth }) else {
      return .failure(.extendedKeyUsage)
    }
    guard let subject = CNSSubject(leaf.subjectAttributes) else { return .failure(.commonName) }
    return .success(subject)
  }

  private static let keyUsage = OID("2.5.29.15")
  private static let clientAuth = OID("1.3.6.1.5.5.7.3.2")
}
