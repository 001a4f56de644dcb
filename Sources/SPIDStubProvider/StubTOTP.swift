public import AccessModel
public import AuthenticatorKit
import Crypto

/// The one-time codes of test identities: RFC 6238 with SHA-1, six digits and steps of 30 seconds.
public enum StubTOTP {
  static let period: Int64 = 30
  /// How many steps before and after the present one count.
  static let window: Int64 = 1

  /// The code that an application shows at an instant from 1970 on.
  public static func code(_ key: Secret, at now: Instant) -> Secret { code(key, step: now.seconds / period) }

  /// The code of one time step (RFC 4226 section 5.3).
  static func code(_ key: Secret, step: Int64) -> Secret {
    let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: key.bytes)))
    let offset = Int((mac.last ?? 0) & 0x0F)
    let word = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let digits = String(word % 1_000_000)
    return Secret(String(repeating: "0", count: 6 - digits.count) + digits)
  }

  /// The time step whose code this is, among the present one and its neighbours.
  /// - Parameter last: the last step that was used; it and those before it are dead (RFC 6238 section 5.2).
  static func step(of code: Secret, key: Secret, at now: Instant, after last: Int64) -> Int64? {
    guard now.seconds >= 0 else { return nil }
    let present = now.seconds / period
    var found: Int64?
    for step in max(0, present - window)...(present + window) where step > last {
      if StubTOTP.code(key, step: step) == code { found = found ?? step }
    }
    return found
  }

  /// The code without the spaces that applications show in it; nil if it is not six digits.
  static func digits(_ typed: Secret?) -> Secret? {
    guard let typed, typed.count <= 64 else { return nil }
    let code = Secret(typed.bytes.filter { $0 != UInt8(ascii: " ") })
    return code.count == 6 && code.bytes.allSatisfy { (0x30...0x39).contains($0) } ? code : nil
  }
}
