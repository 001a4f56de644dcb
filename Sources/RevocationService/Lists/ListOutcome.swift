/// What became of an attempt to get a newer list. Unless it is `accepted`, the last good one stays.
public enum ListOutcome: String, Sendable, CaseIterable {
  case accepted
  /// The list that is already there.
  case unchanged
  /// Accepted, but the copy on disk could not be written.
  case notSaved = "not-saved"
  // The way to it.
  case addressRefused = "address-refused"
  case unreachable
  case timedOut = "timed-out"
  case httpStatus = "http-status"
  case unreadableFile = "unreadable-file"
  // The bytes.
  case empty
  case tooLarge = "too-large"
  /// Cut off, no list, or several at an address.
  case malformed
  // The list.
  /// Nobody among the trust anchors and intermediates has the issuer's name, or it is not the issuer that was there.
  case otherIssuer = "other-issuer"
  case signatureInvalid = "signature-invalid"
  /// Without a number or a next update, or against RFC 5280 section 5 in another way that makes it useless.
  case unusable
  case fromTheFuture = "from-the-future"
  case expired
  /// An older number, or an older time, than that of the list which is there.
  case older

  /// A newer list is in use.
  var replaces: Bool { self == .accepted || self == .notSaved }
  var isFailure: Bool { !replaces && self != .unchanged }

  init(_ failure: WebExchange.Failure) {
    switch failure {
    case .timedOut: self = .timedOut
    case .unreachable: self = .unreachable
    case .addressRefused: self = .addressRefused
    case .tooLarge: self = .tooLarge
    }
  }
}
