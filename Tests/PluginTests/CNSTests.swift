import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import CNS
import CertificateKit
import Foundation
import Testing

@Suite struct CNSTests {
  /// A module whose revocation lists are read.
  private func module(_ settings: Settings) async throws -> CNSAuthenticator {
    let clock = ManualClock()
    clock.set(to: Instant(seconds: Int64(Date().timeIntervalSince1970)))
    let bench = try ModuleBench(instance: "cns", clock: clock)
    var settings = settings
    let module = try CNSAuthenticator(settings: &settings, context: bench.context)
    try settings.finish()
    await module.refresh()
    return module
  }

  private func show(_ card: String, to module: CNSAuthenticator) async throws -> AuthenticationStep {
    guard case .redirect(_, let state) = try await module.begin(LoginRequest(purpose: .firstLogin)) else {
      throw DemoCard.Missing("no redirect")
    }
    return try await module.resume(try DemoCard(name: card).answer(), from: state)
  }

  private func denial(_ card: String, _ settings: Settings? = nil) async throws -> Denial? {
    let step = try await show(card, to: try await module(settings ?? Settings.cns()))
    if case .denied(let denial) = step { return denial }
    return nil
  }

  @Test func itConforms() async throws {
    let script = AuthenticatorConformance.Script(
      expected: .fiscalCode(try DemoCard(name: "good").subject()), right: [try DemoCard(name: "good").answer()],
      wrong: [.init("no certificate", answers: [LoginAnswer([:])])])
    await expectConforms(try await module(try Settings.cns()), script: script)
  }

  @Test func theRelayStateTravelsAlong() async throws {
    let module = try await module(try Settings.cns())
    let step = try await module.begin(LoginRequest(purpose: .firstLogin, relayState: "abc"))
    guard case .redirect(let redirect, _) = step else { throw DemoCard.Missing("no redirect") }
    #expect(redirect.url == "https://cards.test/cns?relay_state=abc")
  }

  @Test(arguments: ["good", "good-ca2"])
  func aGoodCardIsWorthWhatTheInstanceGives(_ name: String) async throws {
    let step = try await show(name, to: try await module(try Settings.cns()))
    #expect(step == .verified(VerifiedIdentity(subject: .fiscalCode(try DemoCard(name: name).subject()))))
  }

  @Test(arguments: [
    ("revoked", "certificate-revoked"), ("expired", "certificate-expired"),
    ("not-yet-valid", "certificate-not-yet-valid"), ("wrong-policy", "certificate-not-a-cns"),
    ("no-client-auth", "certificate-purpose"), ("signature", "certificate-for-signing"),
    ("weak-key", "certificate-weak"), ("sha1", "certificate-weak"), ("wrong-check-character", "certificate-identity"),
    ("two-names", "certificate-identity"), ("impostor", "certificate-untrusted"),
    ("unknown-revocation", "revocation-unknown"), ("equivalent-policy", "certificate-not-a-cns"),
  ])
  func aCardThatIsNotAsItShouldBeIsRefusedWithItsReason(_ name: String, _ reason: String) async throws {
    #expect(try await denial(name)?.rawValue == reason)
  }

  @Test func theReasonOfAnExpiredCardHasItsDate() async throws {
    let denial = try await denial("expired")
    let date = try #require(denial?.facts["date"])
    #expect(date.count == 10 && denial?.explanation?.contains(date) == true)
  }

  @Test func safety10UnknownRevocationGivesNoDispositiveRight() async throws {
    #expect(try await denial("good", try Settings.cns(lists: ["root"]))?.rawValue == "revocation-unknown")
    let lenient = try await module(try Settings.cns(["unknown": "consultation"], lists: ["root"]))
    guard case .verified(let identity) = try await show("good", to: lenient) else {
      throw DemoCard.Missing("it was refused")
    }
    #expect(identity.right == .consultation)
  }

  @Test func anOlderPolicyCountsWhereTheOperatorSaysSo() async throws {
    let settings = try Settings.cns(policies: [CNSProfile.cns, "1.3.159.6.1.3.2.10"])
    #expect(try await denial("equivalent-policy", settings) == nil)
  }

  @Test func aStepUpWithSomebodyElsesCardIsRefused() async throws {
    let module = try await module(try Settings.cns())
    let other = try FiscalCode("VRDGFR78H05F839R")
    guard case .redirect(_, let state) = try await module.begin(LoginRequest(purpose: .stepUp, subject: other)) else {
      throw DemoCard.Missing("no redirect")
    }
    let step = try await module.resume(try DemoCard(name: "good").answer(), from: state)
    guard case .denied(let denial) = step else { throw DemoCard.Missing("it was let in") }
    #expect(denial.rawValue == "another-person")
  }

  @Test(arguments: [[], [0x30], [UInt8](repeating: 0x30, count: 100_000), Array("hello".utf8)])
  func whatIsNoCertificateIsUnreadable(_ der: [UInt8]) async throws {
    let module = try await module(try Settings.cns())
    let shown = try #require(ClientCertificate(chain: [der], source: .proxy))
    let step = try await module.resume(
      LoginAnswer([:], certificate: shown), from: AuthenticationState(bytes: Array("*".utf8)))
    guard case .denied(let denial) = step else { throw DemoCard.Missing("it was let in") }
    #expect(denial.rawValue == "certificate-unreadable")
  }

  @Test func everyWrongSettingIsNamedAtOnce() async throws {
    let settings = Settings(
      path: "settings",
      entries: [
        .init(key: "address", line: 1, value: .scalar("http://x/cns", line: 1)),
        .init(key: "anchors", line: 2, value: .scalar("/nowhere", line: 2)),
        .init(key: "policies", line: 3, value: .list([.scalar("1.x", line: 3)], line: 3)),
        .init(key: "revokation", line: 4, value: .scalar("x", line: 4)),
      ])
    await #expect {
      _ = try await module(settings)
    } throws: { error in
      let keys = (error as? ConfigurationError)?.problems.map(\.key) ?? []
      return ["settings.address", "settings.anchors", "settings.policies", "settings.revokation"].allSatisfy(
        keys.contains)
    }
  }

  @Test func whatComesAlongBeyondWhatACardNeedsIsNotLookedAt() async throws {
    let module = try await module(try Settings.cns())
    let chain = try DemoCard(name: "good").chain()
    let shown = try #require(ClientCertificate(chain: chain + Array(repeating: chain[1], count: 8), source: .tls))
    let step = try await module.resume(
      LoginAnswer([:], certificate: shown), from: AuthenticationState(bytes: Array("*".utf8)))
    guard case .verified = step else { throw DemoCard.Missing("it was refused") }
  }

  @Test func tooManyChainsAtOnceAreTurnedAwayAndTheOthersJudged() async throws {
    let module = try await module(try Settings.cns())
    let answer = try DemoCard(name: "good").answer()
    let outcomes = await withTaskGroup(of: Bool?.self) { group in
      for _ in 0..<500 {
        group.addTask {
          do throws(AuthenticatorFault) {
            let step = try await module.resume(answer, from: AuthenticationState(bytes: Array("*".utf8)))
            if case .verified = step { return true }
            return nil
          } catch { return error == .busy(retryAfterSeconds: 2) ? false : nil }
        }
      }
      return await group.reduce(into: [Bool?]()) { $0.append($1) }
    }
    #expect(!outcomes.contains(nil) && outcomes.contains(true))
    // Places are given back.
    #expect(try await show("good", to: module) != .denied(.cancelled))
  }

  @Test(arguments: [
    ("https://login.comune.test", true), ("https://cns.comune.test:8443/x", true), ("https://COMUNE.test", true),
    ("https://login.altro.test", false), ("https://192.0.2.1", false), ("Varco", true), ("", true),
  ])
  func anAddressOfAnotherSiteThanTheIssuersIsSaid(_ issuer: String, _ isFine: Bool) throws {
    let bench = try ModuleBench(instance: "cns").context
    let context = AuthenticatorContext(
      instance: bench.instance, issuer: issuer, credentials: bench.credentials, storage: bench.storage,
      world: bench.world)
    var settings = try Settings.cns(address: "https://cns.comune.test/cns")
    let module = try CNSAuthenticator(settings: &settings, context: context)
    #expect(module.warnings.contains { $0.contains("same site") } == !isFine)
  }

  @Test func whatIsUnwiseIsSaid() async throws {
    let module = try await module(try Settings.cns(["unknown": "consultation", "ocsp_without_nonce": "true"]))
    #expect(module.warnings.contains { $0.contains("unknown is consultation") })
    #expect(try await self.module(try Settings.cns()).warnings.isEmpty)
  }
}
