/// Validates certification paths to the letter of RFC 5280 section 6.
///
/// OpenSSL verifies signatures, and judges one path at a time; which paths there are, and what OpenSSL does not look
/// at, is judged here. Holds no state of one validation: any number of threads may use it.
public struct PathValidator: Sendable {
  public let trust: TrustStore
  public let revocation: RevocationPolicy

  public init(trust: TrustStore, revocation: RevocationPolicy) {
    self.trust = trust
    self.revocation = revocation
  }

  /// Looks for a path from the leaf to an anchor that holds.
  ///
  /// Blocks for the time of some signature checks, typically a fifth of a millisecond.
  public func validate(_ request: ValidationRequest) -> ValidationOutcome {
    var search = PathSearch(trust: trust, request: request, revocation: revocation)
    return search.run()
  }
}
