import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import OneTimeCodes
import Testing

@testable import TOTP

@Suite struct TOTPTests {
  private let bench: ModuleBench
  private let module: TOTPAuthenticator
  private let citizen: FiscalCode

  init() throws {
    citizen = try FiscalCode("RSSMRA85T10H501O")
    bench = try ModuleBench(instance: "totp")
    module = try bench.make(TOTPAuthenticator.self)
  }

  /// The code that an application would show so many seconds from now.
  private func code(after seconds: Int = 0) async throws -> String {
    let item = try #require(try await bench.storage.get(bench.storage.totpKey(of: citizen)))
    let record = try #require(TOTPRecord(item.value))
    let step = try #require(record.parameters.step(at: bench.clock.now + .seconds(seconds)))
    return try #require(TOTPCode.value(record.key, step: UInt64(step), parameters: record.parameters).utf8Text)
  }

  private func login(_ code: String) async throws -> AuthenticationStep {
    let step = try await module.begin(LoginRequest(purpose: .secondFactor, subject: citizen))
    guard case .prompt(_, let state) = step else { return step }
    return try await module.resume(LoginAnswer(["otp": Secret(code)]), from: state)
  }

  private var verified: AuthenticationStep { .verified(VerifiedIdentity(subject: .fiscalCode(citizen))) }

  @Test func itConforms() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let script = AuthenticatorConformance.Script(
      purpose: .secondFactor, subject: citizen, expected: .fiscalCode(citizen),
      wrong: [
        .init("a wrong code", answers: [LoginAnswer(["otp": Secret("000000")])]),
        .init("another wrong code", answers: [LoginAnswer(["otp": Secret("999999")])]),
      ], singleUse: true
    ) { [self] _, _ in
      bench.clock.advance(by: .minutes(1))
      return LoginAnswer(["otp": Secret((try? await code()) ?? "")])
    }
    await expectConforms(module, script: script)
  }

  @Test func withoutEnrolmentItIsDeniedAsNotEnrolled() async throws {
    #expect(try await login("123456") == .denied(.notEnrolled))
  }

  @Test(arguments: [(-60, false), (-30, true), (0, true), (30, true), (60, false)])
  func aWindowOfOneStepOnEachSideCounts(_ seconds: Int, _ isGood: Bool) async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let step = try await login(try await code(after: seconds))
    #expect(step == (isGood ? verified : .denied(.badCredentials)))
  }

  @Test func eachCodeIsGoodOnce() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let code = try await code()
    #expect(try await login(code) == verified)
    #expect(try await login(code) == .denied(.badCredentials))
    bench.clock.advance(by: .seconds(30))
    #expect(try await login(code) == .denied(.badCredentials))
    #expect(try await login(try await self.code()) == verified)
  }

  @Test func anEarlierCodeIsDeadOnceALaterOneWasUsed() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let earlier = try await code(after: -30)
    #expect(try await login(try await code()) == verified)
    #expect(try await login(earlier) == .denied(.badCredentials))
  }

  @Test func ofTwoLoginsWithOneCodeTheFirstWriteWins() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let code = try await code()
    let loser = await confirmation { won in
      bench.storage.beforeNextPut { if (try? await login(code)) == verified { won() } }
      return try? await login(code)
    }
    #expect(loser == .denied(.badCredentials))
  }

  @Test func ofSixtyFourLoginsWithOneCodeOneWins() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let code = try await code()
    let winners = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<64 { group.addTask { (try? await login(code)) == verified } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
  }

  @Test(arguments: ["", "12345", "1234567", "12345a", "１２３４５６", "12 34 5", String(repeating: "1", count: 10_000)])
  func whatIsNoCodeIsAskedAgain(_ typed: String) async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    guard case .prompt(let prompt, _) = try await login(typed) else {
      Issue.record("expected a prompt")
      return
    }
    #expect(prompt.message == "The code has 6 digits.")
  }

  @Test func spacesInACodeDoNotMatter() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let code = try await code()
    #expect(try await login(" \(code.prefix(3)) \(code.suffix(3))") == verified)
  }

  @Test func anEnrolmentKeepsItsParametersWhenTheConfigurationChanges() async throws {
    _ = try await module.enrolment.enrol(citizen, label: "home")
    let changed = try bench.make(TOTPAuthenticator.self, settings: ["digits": "8", "algorithm": "sha256"])
    guard case .prompt(_, let state) = try await changed.begin(LoginRequest(purpose: .stepUp, subject: citizen)) else {
      Issue.record("no prompt")
      return
    }
    #expect(try await changed.resume(LoginAnswer(["otp": Secret(try await code())]), from: state) == verified)
  }

  @Test func storageThatIsAwayIsAFaultAndNoDenial() async throws {
    bench.storage.fail(with: .unavailable("away"))
    await #expect(throws: AuthenticatorFault.unavailable("away")) { try await login("123456") }
  }

  @Test(arguments: [("digits", "7"), ("algorithm", "md5"), ("period", "5s"), ("window", "4"), ("secret", "x")])
  func aBadSettingIsNamedWithItsLine(_ key: String, _ value: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try bench.make(TOTPAuthenticator.self, settings: KeyValuePairs(dictionaryLiteral: (key, value)))
    }
    #expect(error?.problems.first?.key == "settings.\(key)" && error?.problems.first?.line == 1)
  }
}
