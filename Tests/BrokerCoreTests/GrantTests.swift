import AccessModel
import BrokerCore
import Testing

@Suite struct GrantTests {
  private let now = Portal.now

  private func grant(
    _ wanted: String, registered: String, services: [String] = ["slip", "apply"], through: [String]?
  ) throws -> ScopeGrant {
    let holder = try through.map {
      AccessHolder(authentications: try $0.map { try proof($0) }, profiles: [try profile("worker")])
    }
    return try Portal().decision.grant(
      try scopes(wanted), registered: try scopes(registered), services: Set(try services.map(service)), holder: holder,
      at: now)
  }

  private func reasons(_ grant: ScopeGrant) -> [AccessRefusal.Reason] { grant.refused.map(\.refusal.reason) }

  @Test(arguments: [
    ("consultazione:slip", "consultazione:slip", "consultazione:slip"),
    ("dispositivo:apply", "dispositivo:apply", "dispositivo:apply"),
    ("dispositivo:apply", "consultazione:apply", ""),
    ("consultazione:apply", "dispositivo:apply", "consultazione:apply"),
    ("consultazione:slip openid", "consultazione:slip", "consultazione:slip"),
    ("openid email", "openid consultazione:slip", "openid"),
    ("consultazione:slip", "openid", ""), ("consultazione:merge", "consultazione:merge", ""),
  ])
  func r1AClientGetsOnlyScopesRegisteredForIt(wanted: String, registered: String, given: String) throws {
    let grant = try grant(wanted, registered: registered, through: ["pin-dispositivo"])
    #expect(grant.scopes.description == given)
    #expect(grant.scopes.scopes.count + grant.refused.count == (try scopes(wanted)).scopes.count)
    #expect(reasons(grant).allSatisfy { $0 == .notRegistered })
  }

  @Test func r1WithoutACitizenThereIsNeverAServiceScope() throws {
    let all = "consultazione:slip dispositivo:apply reports.read"
    let grant = try grant(all, registered: all, through: nil)
    #expect(grant.scopes.description == "reports.read")
    #expect(reasons(grant) == [.notAuthenticated, .notAuthenticated])
  }

  @Test func r1AWeakLoginGetsTheRestAndAReason() throws {
    let all = "consultazione:slip dispositivo:apply"
    let grant = try grant(all, registered: all, through: ["pin-ordinario"])
    #expect(grant.scopes.description == "consultazione:slip")
    #expect(reasons(grant) == [.insufficientRight])
    #expect(grant.refused.first?.refusal.isCurable == true)
  }

  @Test func r4TheShortestOfTheGrantedScopesDecidesHowLongItHolds() throws {
    let all = "openid consultazione:slip dispositivo:apply"
    #expect(try grant(all, registered: all, through: ["spid"]).until == now + .minutes(10))
    #expect(try grant("openid", registered: all, through: ["spid"]).until == Instant(milliseconds: .max))
  }

  @Test func whatIsRefusedDoesNotShortenWhatIsGiven() throws {
    let all = "consultazione:slip dispositivo:apply"
    #expect(try grant(all, registered: "consultazione:slip", through: ["spid"]).until == Instant(milliseconds: .max))
  }

  @Test(arguments: [
    ("dispositivo:apply", "consultazione:apply"), ("dispositivo:merge.submit", "consultazione:merge.submit"),
    ("consultazione:apply dispositivo:apply openid", "consultazione:apply openid"), ("openid", "openid"),
  ])
  func r3ARefreshTurnsDispositiveIntoConsultation(held: String, left: String) throws {
    let refreshed = try scopes(held).refreshed
    #expect(refreshed.description == left)
    #expect(!refreshed.isDispositive)
    #expect(refreshed.refreshed == refreshed)
  }

  @Test func r3AFreshLoginDoesNotBringTheDispositiveScopeBackThroughARefresh() throws {
    let registered = "dispositivo:apply"
    let grant = try grant(try scopes(registered).refreshed.description, registered: registered, through: ["card"])
    #expect(grant.scopes.description == "consultazione:apply")
  }
}
