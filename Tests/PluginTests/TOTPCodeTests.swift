import AccessModel
import AuthenticatorKit
import OneTimeCodes
import Testing

@testable import TOTP

@Suite struct TOTPCodeTests {
  /// The keys of RFC 6238 appendix B: 20, 32 and 64 bytes of the same digits.
  static func key(_ count: Int) -> Secret { Secret((0..<count).map { UInt8(ascii: "0") + UInt8(($0 + 1) % 10) }) }

  static let times: [Int64] = [59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 20_000_000_000]

  @Test(arguments: [
    (
      TOTPParameters.Algorithm.sha1, 20,
      ["94287082", "07081804", "14050471", "89005924", "69279037", "65353130"]
    ),
    (.sha256, 32, ["46119246", "68084774", "67062674", "91819424", "90698825", "77737706"]),
    (.sha512, 64, ["90693936", "25091201", "99943326", "93441116", "38618901", "47863826"]),
  ])
  func theVectorsOfRFC6238AppendixBAreMet(
    _ algorithm: TOTPParameters.Algorithm, _ keyBytes: Int, _ codes: [String]
  ) throws {
    let parameters = TOTPParameters(algorithm: algorithm, digits: 8, period: 30)
    for (time, code) in zip(TOTPCodeTests.times, codes) {
      let step = try #require(parameters.step(at: Instant(seconds: time)))
      let value = TOTPCode.value(TOTPCodeTests.key(keyBytes), step: UInt64(step), parameters: parameters)
      #expect(value == Secret(code))
    }
  }

  @Test func sixDigitsAreTheLastSixOfEight() {
    let code = TOTPCode.value(TOTPCodeTests.key(20), step: 1, parameters: .usual)
    #expect(code == Secret("287082"))
  }

  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
    ("foobar", "MZXW6YTBOI"),
  ])
  func base32MeetsTheVectorsOfRFC4648(_ text: String, _ encoded: String) {
    #expect(Base32.encode(Array(text.utf8)) == encoded)
  }

  @Test func aRecordIsReadAsItWasWritten() {
    let parameters = TOTPParameters(algorithm: .sha512, digits: 8, period: 60)
    for step in [Int64(-1), 0, 1, .max] {
      let record = TOTPRecord(parameters: parameters, lastStep: step, key: TOTPCodeTests.key(20))
      #expect(TOTPRecord(record.bytes) == record)
    }
  }

  @Test func aDamagedRecordIsNone() {
    let good = TOTPRecord(parameters: .usual, key: TOTPCodeTests.key(20)).bytes
    #expect(TOTPRecord([]) == nil)
    #expect(TOTPRecord(Array(good.prefix(12))) == nil)
    for (index, value) in [(0, UInt8(2)), (1, 9), (2, 7), (3, 0)] {
      var bytes = good
      bytes[index] = value
      #expect(TOTPRecord(bytes) == nil)
    }
  }

  @Test func noStepBefore1970() {
    #expect(TOTPParameters.usual.step(at: Instant(milliseconds: -1)) == nil)
    #expect(TOTPParameters.usual.step(at: Instant(milliseconds: .max)) != nil)
  }
}
