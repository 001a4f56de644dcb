import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Testing
import TokenService

@Suite struct RefreshTests {
  // MARK: R3

  @Test func r3ARefreshNeverRenewsADispositiveScope() async throws {
    let broker = try await Broker()
    let (first, session) = try await broker.tokens(["pin-dispositivo"], for: "dispositivo:apply")
    #expect(first.scope == "dispositivo:apply")
    _ = try await broker.login(["pin-dispositivo"], for: "dispositivo:apply", steppingUp: session)
    let second = try await broker.refresh(first.refreshToken)
    #expect(second.scope == "consultazione:apply")
    #expect(second.expiresIn == 900)
    let demand = try scope("dispositivo:apply")
    let resource = try #require(broker.rules.catalogue.resource(Broker.portal))
    let decision = try await broker.judge.decide(second.accessToken, demand: demand, resource: resource)
    #expect(decision.refusal == AccessRefusal(.insufficientScope))
    #expect(try await broker.refresh(second.refreshToken).scope == "consultazione:apply")
  }

  @Test(arguments: ["dispositivo:apply", "consultazione:apply"])
  func r3AskingForItDoesNotHelp(wanted: String) async throws {
    let broker = try await Broker()
    let first = try await broker.tokens(["pin-dispositivo"], for: "dispositivo:apply consultazione:slip").reply
    #expect(try await broker.refresh(first.refreshToken, scope: wanted).scope == "consultazione:apply")
  }

  @Test func aRefreshMayAskForLessAndKeepsTheRestForLater() async throws {
    let broker = try await Broker()
    let first = try await broker.tokens(for: "openid consultazione:slip consultazione:apply").reply
    let less = try await broker.refresh(first.refreshToken, scope: "consultazione:slip")
    #expect(less.scope == "consultazione:slip")
    #expect(try await broker.refresh(less.refreshToken).scope == "openid consultazione:slip consultazione:apply")
  }

  @Test(arguments: [
    "consultazione:apply", "dispositivo:slip consultazione:apply", "openid", "consultazione:slip openid",
  ])
  func aRefreshMayNotAskForMore(wanted: String) async throws {
    let broker = try await Broker()
    let first = try await broker.tokens(for: "consultazione:slip").reply
    #expect(try await refusal { try await broker.refresh(first.refreshToken, scope: wanted) } == .invalidScope)
    #expect(try await refusal { try await broker.refresh(first.refreshToken) } == nil)
  }

  @Test func r3ASecondUseWithinTenSecondsFailsWithoutHarm() async throws {
    let broker = try await Broker()
    let first = try await broker.tokens().reply
    let second = try await broker.refresh(first.refreshToken)
    broker.advance(by: .milliseconds(9_999))
    #expect(try await refusal { try await broker.refresh(first.refreshToken) } == .invalidGrant)
    #expect(try await broker.stands(second.accessToken))
    #expect(try await refusal { try await broker.refresh(second.refreshToken) } == nil)
  }

  @Test func r3ALaterSecondUseRevokesTheFamily() async throws {
    let broker = try await Broker()
    let first = try await broker.tokens().reply
    let second = try await broker.refresh(first.refreshToken)
    let bystander = try await broker.tokens().reply
    broker.advance(by: .seconds(11))
    #expect(try await refusal { try await broker.refresh(first.refreshToken) } == .invalidGrant)
    #expect(try await !broker.stands(first.accessToken))
    #expect(try await !broker.stands(second.accessToken))
    #expect(try await refusal { try await broker.refresh(second.refreshToken) } == .invalidGrant)
    #expect(try await broker.stands(bystander.accessToken))
  }

  @Test func ofManyRefreshesAtOnceOneWinsAndNobodyIsHarmed() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    let token = try await broker.tokens().reply.refreshToken
    let won = try await crowd(broker, second) { try await $0.tryTo { try await $0.refresh(token) } }.compactMap(\.self)
    #expect(won.count == 1)
    let newest = try #require(won.first)
    #expect(try await broker.stands(newest.accessToken))
    #expect(try await refusal { try await broker.refresh(newest.refreshToken) } == nil)
  }

  @Test func r3TheFamilyDiesWithItsSession() async throws {
    let broker = try await Broker()
    for wanted in ["consultazione:slip", "consultazione:slip offline_access"] {
      let (reply, session) = try await broker.tokens(for: wanted)
      try await broker.endSession(session)
      #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
      #expect(try await !broker.stands(reply.accessToken))
    }
  }

  @Test func r3WithoutOfflineAccessAnIdleSessionIsTheEnd() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    broker.advance(by: .minutes(29))
    let next = try await broker.refresh(reply.refreshToken)
    broker.advance(by: .minutes(29))
    let last = try await broker.refresh(next.refreshToken)
    broker.advance(by: .minutes(31))
    #expect(try await refusal { try await broker.refresh(last.refreshToken) } == .invalidGrant)
  }

  @Test func r3WithoutOfflineAccessTwelveHoursAreTheEnd() async throws {
    let limits = SessionLimits(idle: .hours(24))
    let broker = try await Broker(policy: TokenPolicy(issuer: Broker.issuer, session: limits))
    var reply = try await broker.tokens().reply
    broker.advance(by: .hours(12) - .seconds(60))
    reply = try await broker.refresh(reply.refreshToken)
    #expect(reply.expiresIn == 60)
    broker.advance(by: .seconds(60))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
  }

  @Test func r3OfflineAccessOutlivesTheSessionsTimeAndThirtyDaysAreTheEnd() async throws {
    let broker = try await Broker()
    var reply = try await broker.tokens(for: "consultazione:slip offline_access").reply
    for _ in 0..<29 {
      broker.advance(by: .days(1))
      reply = try await broker.refresh(reply.refreshToken)
      #expect(try await broker.stands(reply.accessToken))
    }
    broker.advance(by: .days(1) - .seconds(30))
    reply = try await broker.refresh(reply.refreshToken)
    #expect(reply.expiresIn == 30)
    broker.advance(by: .seconds(30))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
  }

  // MARK: R3 judges again

  @Test func r3TheAreaIsJudgedAgain() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(for: "consultazione:slip").reply
    let mario = try #require(try await broker.citizens.citizen(Broker.mario))
    func move(to profiles: [String]) async throws {
      let moved = Citizen(
        id: mario.id, fiscalCode: mario.fiscalCode, givenName: "M", familyName: "R",
        profiles: Set(try profiles.map(profile)))
      try await broker.citizens.update(moved, contacts: [], audit: broker.note())
    }
    try await move(to: ["pensioner"])
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
    try await move(to: ["worker"])
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == nil)
  }

  @Test func r3TheOperatorsSwitchIsJudgedAgain() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(for: "consultazione:slip").reply
    let without = BrokerRules(catalogue: broker.rules.catalogue, policy: try Broker.rights(ordinary: false))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken, rules: without) } == .invalidGrant)
  }

  @Test func r3TheServiceOfTheCatalogueIsJudgedAgain() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(for: "openid consultazione:slip consultazione:apply").reply
    let old = broker.rules.catalogue
    broker.rules.use(
      ServiceCatalogue(
        profiles: old.profiles, services: old.services.values.filter { $0.id.description != "slip" },
        resources: old.resources))
    #expect(try await broker.refresh(reply.refreshToken).scope == "openid consultazione:apply")
    #expect(
      try await broker.introspection.answer(reply.accessToken, for: try await broker.client("app")).scope
        == "openid consultazione:apply")
  }

  @Test(arguments: [Citizen.State.suspended, .deceased])
  func r3TheCitizensStateIsJudgedAgain(state: Citizen.State) async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(for: "consultazione:slip offline_access").reply
    try await broker.citizens.setState(state, of: Broker.mario, audit: broker.note())
    #expect(try await !broker.stands(reply.accessToken))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
    try await broker.citizens.setState(.active, of: Broker.mario, audit: broker.note())
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
  }

  @Test func r3ARemovedClientsFamiliesAreGone() async throws {
    let broker = try await Broker()
    let app = try await broker.client("app")
    let reply = try await broker.tokens().reply
    try await broker.registry.remove("app", by: .system)
    #expect(try await !broker.stands(reply.accessToken))
    let request = try OAuthParameters([("grant_type", "refresh_token"), ("refresh_token", reply.refreshToken ?? "")])
    #expect(try await refusal { try await broker.endpoint().answer(request, from: app) } == .invalidGrant)
  }

  @Test func anotherClientsRefreshTokenIsUnknownAndStaysGood() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    #expect(try await refusal { try await broker.refresh(reply.refreshToken, client: "rival") } == .invalidGrant)
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == nil)
    broker.advance(by: .minutes(1))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken, client: "rival") } == .invalidGrant)
    #expect(try await broker.stands(reply.accessToken))
  }

  @Test func anAccessTokenOrNonsenseIsNoRefreshToken() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    for token in [reply.accessToken, "nonsense"] {
      #expect(try await refusal { try await broker.refresh(token) } == .invalidGrant)
    }
    #expect(try await refusal { try await broker.refresh(nil) } == .invalidRequest)
  }
}

extension TimeSpan {
  fileprivate static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }
}
