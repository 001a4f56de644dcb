import AccessModel
import ScopeGuard
import Testing

/// R2, R8 and the freshness that a service may ask for.
struct ScopeJudgingTests {
  let key: TestKey
  let broker: TestBroker
  let verifier: TokenVerifier

  init() async throws {
    key = try await .es256("k1")
    broker = TestBroker(key)
    verifier = broker.verifier()
  }

  private func reason(
    _ scope: String, authTime: String? = nil, _ demand: ScopeDemand
  ) async throws -> Refusal.Reason? {
    var token = TestToken(scope: scope, kid: "k1", now: broker.clock.now)
    token.claims["auth_time"] = authTime
    let header = "Bearer " + (try token.signed(by: key))
    switch try await verifier.judge(authorizations: [header], demand: demand) {
    case .allowed: return nil
    case .refused(let refusal): return refusal.reason
    }
  }

  @Test func r2DispositiveSatisfiesConsultationAndNeverTheOtherWay() async throws {
    #expect(try await reason("dispositivo:isee", ScopeDemand(.consultation, "isee")) == nil)
    #expect(try await reason("consultazione:isee", ScopeDemand(.consultation, "isee")) == nil)
    #expect(try await reason("dispositivo:isee", ScopeDemand(.dispositive, "isee")) == nil)
    #expect(try await reason("consultazione:isee", ScopeDemand(.dispositive, "isee")) == .consultationOnly)
  }

  @Test func anotherServicesScopeIsNone() async throws {
    #expect(try await reason("dispositivo:isee", ScopeDemand(.consultation, "profilo")) == .scopeMissing)
    #expect(try await reason("consultazione:isee", ScopeDemand(.dispositive, "profilo")) == .scopeMissing)
    #expect(try await reason("openid", ScopeDemand(.dispositive, "isee")) == .scopeMissing)
    #expect(try await reason("", ScopeDemand(.consultation, "isee")) == .scopeMissing)
  }

  @Test func anOperationWithItsOwnDemandIsNotCoveredByItsService() async throws {
    let demand = try ScopeDemand(.dispositive, "ricongiunzione", operation: "presentazione")
    #expect(try await reason("dispositivo:ricongiunzione.presentazione", demand) == nil)
    #expect(try await reason("dispositivo:ricongiunzione", demand) == .scopeMissing)
    #expect(try await reason("consultazione:ricongiunzione.presentazione", demand) == .consultationOnly)
  }

  @Test func anAgeThatIsAskedForIsJudged() async throws {
    let demand = try ScopeDemand(.dispositive, "isee", maxAge: .minutes(1))
    let now = broker.clock.now.seconds
    #expect(try await reason("dispositivo:isee", authTime: "\(now - 60)", demand) == nil)
    #expect(try await reason("dispositivo:isee", authTime: "\(now - 61)", demand) == .authenticationTooOld)
    #expect(try await reason("dispositivo:isee", authTime: nil, demand) == .authenticationTooOld)
    #expect(try await reason("dispositivo:isee", authTime: "\(now + 2)", demand) == nil)
    #expect(try await reason("dispositivo:isee", authTime: "\(now + 3)", demand) == .authenticationTooOld)
    #expect(try await reason("dispositivo:isee", authTime: nil, ScopeDemand(.dispositive, "isee")) == nil)
  }

  @Test func anImpossibleIdIsFoundAtStart() {
    #expect(throws: ScopeGuardSetupError.badIdentifier("730-precompilato")) {
      try ScopeDemand(.dispositive, "730-precompilato")
    }
    #expect(throws: ScopeGuardSetupError.badIdentifier("X")) { try ScopeDemand(.dispositive, "isee", operation: "X") }
  }
}
