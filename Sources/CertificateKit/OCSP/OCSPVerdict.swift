/// What an answer of an OCSP responder is worth.
public enum OCSPVerdict: Sendable, Equatable {
  /// - Parameter until: the last second at which the answer may be used, in seconds since 1970.
  case good(until: Int64)
  /// - Parameters:
  ///   - at: seconds since 1970.
  ///   - until: as with `good`.
  case revoked(at: Int64, RevocationReason, until: Int64)
  /// The answer proves nothing. The detail is for an operator and names no person.
  case unknown(OCSPFailure, String)

  /// The same for a ``RevocationSource``.
  public var status: RevocationStatus {
    switch self {
    case .good(let until): .good(until: until)
    case .revoked(let time, let reason, _): .revoked(at: time, reason)
    case .unknown(let failure, let detail): .unknown(.revocationUnknown, "OCSP: \(failure.rawValue): \(detail)")
    }
  }
}

/// Why an answer of an OCSP responder proves nothing, as a stable word.
public enum OCSPFailure: String, Sendable, CaseIterable {
  // The bytes.
  case empty
  case tooLarge = "too-large"
  case notDER = "not-der"
  case malformed
  // What the responder says without a signature (RFC 6960 section 2.3).
  case malformedRequest = "malformed-request"
  case internalError = "internal-error"
  case tryLater = "try-later"
  case signatureRequired = "sig-required"
  case unauthorized
  case unknownResponseStatus = "unknown-response-status"
  /// Not id-pkix-ocsp-basic.
  case unsupportedResponseType = "unsupported-response-type"
  // Who signed.
  case responderMissing = "responder-missing"
  case responderNotAuthorised = "responder-not-authorised"
  case responderMalformed = "responder-malformed"
  case responderNotYetValid = "responder-not-yet-valid"
  case responderExpired = "responder-expired"
  case responderRevoked = "responder-revoked"
  case responderRevocationUnknown = "responder-revocation-unknown"
  case weakSignature = "weak-signature"
  case signatureInvalid = "signature-invalid"
  // What was signed.
  case unknownCriticalExtension = "unknown-critical-extension"
  case nonceMissing = "nonce-missing"
  case nonceMismatch = "nonce-mismatch"
  case otherCertificate = "other-certificate"
  case ambiguous
  case fromTheFuture = "from-the-future"
  case inconsistentTimes = "inconsistent-times"
  /// `nextUpdate` has passed.
  case expired
  /// Older than ``OCSPRules/maximumAge``, and without `nextUpdate`.
  case tooOld = "too-old"
  /// The responder does not know the certificate.
  case certificateUnknown = "certificate-unknown"
}

/// What is demanded of an answer beyond the form.
public struct OCSPRules: Sendable {
  public enum Nonce: String, Sendable {
    /// An answer without the question's nonce proves nothing.
    case required
    /// An answer without any is taken: large responders sign in advance (RFC 8954 section 1). A wrong one never is.
    case acceptedMissing = "accepted-missing"
  }

  /// Larger answers are refused unread.
  public static let maximumSize = 65_536

  public let nonce: Nonce
  /// How far a responder's clock may be ahead, in seconds.
  public let skew: Int64
  /// How old an answer may be that does not say when the next one comes, in seconds.
  public let maximumAge: Int64

  /// - Parameters:
  ///   - skew: 0 to 300; what is outside is brought in.
  ///   - maximumAge: 0 to 604,800, a week; what is outside is brought in.
  public init(nonce: Nonce = .required, skew: Int64 = 60, maximumAge: Int64 = 600) {
    self.nonce = nonce
    self.skew = min(max(skew, 0), 300)
    self.maximumAge = min(max(maximumAge, 0), 604_800)
  }
}

/// Ends the judging of an answer.
struct OCSPRefusal: Error {
  let failure: OCSPFailure
  let detail: String

  init(_ failure: OCSPFailure, _ detail: String) {
    self.failure = failure
    self.detail = detail
  }

  init(_ error: CertificateError) {
    let failure: OCSPFailure =
      switch error.code {
      case .empty: .empty
      case .tooLarge: .tooLarge
      case .truncated, .notDER, .tooDeep, .trailingData: .notDER
      default: .malformed
      }
    self.init(failure, error.detail)
  }
}
