public import AccessModel
public import AuthenticatorKit
import OneTimeCodes

/// The one-time codes of test identities, as every authenticator application makes them.
public enum StubTOTP {
  /// The code that an application shows at an instant from 1970 on.
  public static func code(_ key: Secret, at now: Instant) -> Secret {
    TOTPCode.value(key, step: UInt64(TOTPParameters.usual.step(at: now) ?? 0), parameters: .usual)
  }

  /// The time step whose code this is, among the present one and its neighbours, if it is later than the last one used.
  static func step(of code: Secret, key: Secret, at now: Instant, after last: Int64) -> Int64? {
    TOTPCode.step(of: code, key: key, at: now, window: 1, after: last, parameters: .usual)
  }

  /// The code without the spaces that applications show in it; nil if it is not six digits.
  static func digits(_ typed: Secret?) -> Secret? {
    guard let typed, typed.count <= 64 else { return nil }
    let code = Secret(typed.bytes.filter { $0 != UInt8(ascii: " ") })
    return code.count == 6 && code.bytes.allSatisfy { (0x30...0x39).contains($0) } ? code : nil
  }
}
