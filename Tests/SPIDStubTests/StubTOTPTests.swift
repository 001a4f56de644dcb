import AccessModel
import AuthenticatorKit
import OneTimeCodes
import Testing

@testable import SPIDStubProvider

@Suite struct StubTOTPTests {
  private let key = Secret("12345678901234567890")

  /// The last six of the eight digits of RFC 6238 appendix B.
  @Test(arguments: [
    (Int64(59), "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
    (2_000_000_000, "279037"), (20_000_000_000, "353130"),
  ])
  func theVectorsOfRFC6238AreMet(_ time: Int64, _ code: String) {
    #expect(StubTOTP.code(key, at: Instant(seconds: time)) == Secret(code))
  }

  @Test(arguments: [Int64(-61), -1, 0, 29])
  func timesAtAndBefore1970DoNoHarm(_ time: Int64) {
    let code = StubTOTP.code(key, at: Instant(seconds: 0))
    let step = StubTOTP.step(of: code, key: key, at: Instant(seconds: time), after: -1)
    #expect(step == (time < 0 ? nil : 0))
  }

  @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
  func base32IsReadAsItIsWritten(_ text: String) {
    #expect(Base32.decode(Base32.encode(Array(text.utf8))) == Array(text.utf8))
  }

  @Test func base32KnowsItsLettersOnly() {
    #expect(Base32.decode("mzxw 6ytb oi") == Array("foobar".utf8))
    #expect(Base32.decode("MZXW1") == nil)
    #expect(Base32.decode("MZXW=") == nil)
  }
}
