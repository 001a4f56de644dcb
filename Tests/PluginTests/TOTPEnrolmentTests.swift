import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import OneTimeCodes
import Testing

@testable import TOTP

@Suite struct TOTPEnrolmentTests {
  private let bench: ModuleBench
  private let enrolment: TOTPEnrolment
  private let citizen: FiscalCode

  init() throws {
    citizen = try FiscalCode("RSSMRA85T10H501O")
    bench = try ModuleBench(instance: "totp")
    enrolment = TOTPEnrolment(context: bench.context)
  }

  private func storedKey() async throws -> Secret {
    let item = try #require(try await bench.storage.get(bench.storage.totpKey(of: citizen)))
    return try #require(TOTPRecord(item.value)).key
  }

  @Test func theURICarriesTheStoredKey() async throws {
    let uri = try #require(try await enrolment.enrol(citizen, label: "my phone").utf8Text)
    let key = try await storedKey()
    #expect(key.count == 20)
    #expect(
      uri == "otpauth://totp/Varco:my%20phone?secret=\(Base32.encode(key.bytes))&issuer=Varco"
        + "&algorithm=SHA1&digits=6&period=30")
  }

  @Test func theURIPrintsAsASecret() async throws {
    #expect("\(try await enrolment.enrol(citizen, label: "home"))".hasPrefix("Secret("))
  }

  @Test func aNewEnrolmentReplacesTheOld() async throws {
    _ = try await enrolment.enrol(citizen, label: "old")
    let old = try await storedKey()
    _ = try await enrolment.enrol(citizen, label: "new")
    #expect(try await storedKey() != old)
    #expect(bench.storage.keys.count == 1)
  }

  @Test func aRemovedEnrolmentIsGoneOnce() async throws {
    _ = try await enrolment.enrol(citizen, label: "home")
    #expect(try await enrolment.remove(citizen))
    #expect(try await !enrolment.remove(citizen))
    #expect(bench.storage.keys.isEmpty)
  }

  @Test(arguments: ["RSSMRA85T10H501O", "cf rssmra85t10h501o", "RSS MRA 85T10 H501O", "xRSSMRA85T10H501Ox"])
  func aLabelWithAFiscalCodeIsRefused(_ label: String) async {
    await #expect(throws: TOTPEnrolmentError.labelHoldsFiscalCode) { try await enrolment.enrol(citizen, label: label) }
    #expect(bench.storage.keys.isEmpty)
  }

  @Test(arguments: ["", "a:b", "a\nb", String(repeating: "x", count: 41)])
  func aLabelHasItsLimits(_ label: String) async {
    await #expect(throws: TOTPEnrolmentError.label) { try await enrolment.enrol(citizen, label: label) }
  }

  @Test func noStorageKeyHoldsAFiscalCode() async throws {
    _ = try await enrolment.enrol(citizen, label: "home")
    #expect(bench.storage.keys.allSatisfy { !$0.contains(citizen.rawValue) })
  }

  @Test func storageThatIsAwayIsReported() async {
    bench.storage.fail(with: .busy(retryAfterSeconds: 1))
    await #expect(throws: TOTPEnrolmentError.storage(.busy(retryAfterSeconds: 1))) {
      try await enrolment.enrol(citizen, label: "home")
    }
  }
}
