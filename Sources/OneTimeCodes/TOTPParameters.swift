package import AccessModel
package import AuthenticatorKit

/// How codes are computed (RFC 6238 section 4). An enrolment keeps its own, so that a change of the configuration
/// concerns new enrolments only.
public struct TOTPParameters: Sendable, Equatable {
  public enum Algorithm: UInt8, Sendable, Equatable {
    case sha1 = 1
    case sha256 = 2
    case sha512 = 3

    /// The word in an otpauth URI.
    package var uriName: String {
      switch self {
      case .sha1: "SHA1"
      case .sha256: "SHA256"
      case .sha512: "SHA512"
      }
    }
  }

  public let algorithm: Algorithm
  /// 6 or 8.
  public let digits: Int
  /// The length of a time step in seconds, 15 to 120.
  public let period: Int

  /// SHA-1, six digits, 30 seconds: what every authenticator application can do.
  public static let usual = TOTPParameters(algorithm: .sha1, digits: 6, period: 30)

  package init(algorithm: Algorithm, digits: Int, period: Int) {
    self.algorithm = algorithm
    self.digits = digits
    self.period = period
  }

  /// Takes `algorithm`, `digits` and `period`.
  package init(settings: inout Settings) throws(ConfigurationError) {
    algorithm = try settings.choice(
      "algorithm", of: ["sha1": .sha1, "sha256": .sha256, "sha512": .sha512], default: "sha1")
    digits = try settings.choice("digits", of: ["6": 6, "8": 8], default: "6")
    period = Int(try settings.span("period", in: .seconds(15)...(.minutes(2)), default: .seconds(30)).seconds)
  }

  /// The time step that an instant lies in; nil before 1970.
  package func step(at now: Instant) -> Int64? {
    now.seconds < 0 ? nil : now.seconds / Int64(period)
  }
}
