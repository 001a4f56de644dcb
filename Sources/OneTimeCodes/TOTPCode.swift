package import AccessModel
package import AuthenticatorKit
import Crypto

/// The code of one time step (RFC 4226 section 5.3 with the counter of RFC 6238).
package enum TOTPCode {
  /// - Parameter step: the time step, from 0.
  /// - Returns: the code as text of `parameters.digits` digits, in a type that compares in constant time.
  package static func value(_ key: Secret, step: UInt64, parameters: TOTPParameters) -> Secret {
    let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * UInt64($0))) }
    let mac = mac(of: counter, key: SymmetricKey(data: key.bytes), algorithm: parameters.algorithm)
    let offset = Int((mac.last ?? 0) & 0x0F)
    let word = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let modulus: UInt32 = parameters.digits == 8 ? 100_000_000 : 1_000_000
    let digits = String(word % modulus)
    return Secret(String(repeating: "0", count: parameters.digits - digits.count) + digits)
  }

  /// The time step whose code this is, among the present one and its neighbours.
  /// - Parameters:
  ///   - window: how many steps before and after the present one count.
  ///   - last: the last step that was used; it and those before it are dead (RFC 6238 section 5.2).
  /// - Returns: nil for no such step, and before 1970.
  package static func step(
    of code: Secret, key: Secret, at now: Instant, window: Int64, after last: Int64, parameters: TOTPParameters
  ) -> Int64? {
    guard let present = parameters.step(at: now) else { return nil }
    var found: Int64?
    for step in (present - window)...(present + window) where step > last && step >= 0 {
      if value(key, step: UInt64(step), parameters: parameters) == code { found = found ?? step }
    }
    return found
  }

  private static func mac(
    of message: [UInt8], key: SymmetricKey, algorithm: TOTPParameters.Algorithm
  ) -> [UInt8] {
    switch algorithm {
    case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
    case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
    }
  }
}
