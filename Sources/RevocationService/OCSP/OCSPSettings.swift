public import CertificateKit

/// Whom to ask with OCSP, and how.
public struct OCSPSettings: Sendable {
  /// Answers about every certificate, and may be in a private network; nil for the address in each certificate.
  public var responder: FetchAddress?
  /// Whether an address out of a certificate may lead to this machine or into a private network.
  public var allowsPrivateAddresses: Bool
  /// For one question, whatever a responder does.
  public var limit: Duration
  public var rules: OCSPRules
  /// How many answers are kept, 1 or more.
  public var capacity: Int
  /// Seconds for which a certificate is not asked about again after a question that got no usable answer.
  public var failurePause: Int64
  /// Questions under way at once, 1 or more.
  public var maximumConcurrent: Int

  public init(
    responder: FetchAddress? = nil, allowsPrivateAddresses: Bool = false, limit: Duration = .seconds(3),
    rules: OCSPRules = OCSPRules(), capacity: Int = 10_000, failurePause: Int64 = 10, maximumConcurrent: Int = 64
  ) {
    self.responder = responder
    self.allowsPrivateAddresses = allowsPrivateAddresses
    self.limit = limit
    self.rules = rules
    self.capacity = capacity
    self.failurePause = failurePause
    self.maximumConcurrent = maximumConcurrent
  }
}
