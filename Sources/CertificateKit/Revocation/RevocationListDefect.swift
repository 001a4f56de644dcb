/// What a revocation list does against RFC 5280 section 5.
public struct RevocationListDefect: Sendable, Equatable {
  public let reason: RejectionReason
  public let detail: String

  init(_ reason: RejectionReason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}
