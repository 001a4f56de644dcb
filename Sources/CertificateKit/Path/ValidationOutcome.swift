/// The answer to a ``ValidationRequest``. A path that is not valid is a value, never an error.
public enum ValidationOutcome: Sendable {
  case valid(ValidatedPath)
  case invalid(Rejection)
}

/// A path that holds.
public struct ValidatedPath: Sendable {
  /// The leaf first, the trust anchor last; at least two.
  public let certificates: [Certificate]
  /// The user-constrained policy set of RFC 5280 section 6.1.6.
  public let policies: [OID]
  /// One for each certificate but the anchor; empty if revocation was not asked about.
  public let revocation: [RevocationStatus]

  public var leaf: Certificate { certificates[0] }
  public var anchor: Certificate { certificates[certificates.count - 1] }
  /// Every certificate of the path is known not to be revoked.
  public var isKnownGood: Bool {
    !revocation.isEmpty
      && revocation.allSatisfy { status in
        if case .good = status { true } else { false }
      }
  }
}

/// Why no path holds: of several candidates, what was wrong with the one that came farthest.
public struct Rejection: Sendable, Equatable, CustomStringConvertible {
  public let reason: RejectionReason
  /// Which certificate: 0 for the leaf, counted towards the anchor; nil where it is none in particular.
  public let position: Int?
  /// What was wrong, for an operator. Names no subject and no issuer.
  public let detail: String

  init(_ reason: RejectionReason, at position: Int?, _ detail: String) {
    self.reason = reason
    self.position = position
    self.detail = detail
  }

  public var description: String {
    guard let position else { return "\(reason.rawValue): \(detail)" }
    return "\(reason.rawValue): \(position == 0 ? "the leaf" : "certificate \(position) above the leaf"): \(detail)"
  }
}
