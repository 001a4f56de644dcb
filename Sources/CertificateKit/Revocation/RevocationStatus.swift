/// Whether a certificate is revoked, as far as somebody knows.
public enum RevocationStatus: Sendable, Equatable {
  /// Not revoked; the answer may be used until this second, if its source says so.
  case good(until: Int64?)
  /// - Parameter at: seconds since 1970.
  case revoked(at: Int64, RevocationReason)
  /// Nobody can tell, and why. The detail names no person.
  case unknown(RejectionReason, String)
}

/// CRLReason (RFC 5280 section 5.3.1).
public enum RevocationReason: UInt8, Sendable, CaseIterable {
  case unspecified = 0
  case keyCompromise = 1
  case cACompromise = 2
  case affiliationChanged = 3
  case superseded = 4
  case cessationOfOperation = 5
  case certificateHold = 6
  case removeFromCRL = 8
  case privilegeWithdrawn = 9
  case aACompromise = 10
}

/// Something that knows about revocation beside lists: answers of OCSP responders, for example.
public protocol RevocationSource: Sendable {
  /// - Parameters:
  ///   - issuer: the certificate of the validated path, or the anchor, whose key signed `certificate`.
  ///   - time: seconds since 1970.
  /// - Returns: nil if there is nothing to say about this certificate.
  func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus?
}

/// How a validation asks about revocation. Every certificate of the path but the anchor is asked about.
public struct RevocationPolicy: Sendable {
  public enum Order: String, Sendable {
    case listsFirst = "crl-first"
    case sourcesFirst = "ocsp-first"
  }

  /// What happens to a certificate about which nobody knows.
  public enum Unknown: Sendable {
    case refused
    /// The path is valid, and ``ValidatedPath/revocation`` tells. Such a path gives no right that matters.
    case reported
  }

  /// nil: lists are not asked.
  public var lists: RevocationLists?
  public var sources: [any RevocationSource]
  public var order: Order
  public var unknown: Unknown

  public init(
    lists: RevocationLists?, sources: [any RevocationSource] = [], order: Order = .listsFirst,
    unknown: Unknown = .refused
  ) {
    self.lists = lists
    self.sources = sources
    self.order = order
    self.unknown = unknown
  }

  /// Revocation is not checked at all.
  public static let off = RevocationPolicy(lists: nil)

  var isOff: Bool { lists == nil && sources.isEmpty }
}
