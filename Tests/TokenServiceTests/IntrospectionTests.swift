import AccessModel
import BrokerCore
import Foundation
import Testing
import TokenService

@testable import BrokerStore

@Suite struct IntrospectionTests {
  private func ask(_ broker: Broker, _ token: String, as client: String) async throws -> IntrospectionReply {
    try await broker.introspection.answer(token, for: try await broker.client(client))
  }

  @Test func theServerOfTheAudienceLearnsEverything() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(["pin-dispositivo"], for: "dispositivo:apply").reply
    let answer = try await ask(broker, reply.accessToken, as: "portal-server")
    #expect(answer.active)
    #expect(answer.scope == "dispositivo:apply")
    #expect(answer.clientID == "app" && answer.aud == Broker.portal && answer.iss == Broker.issuer)
    #expect(answer.tokenType == "Bearer")
    #expect(answer.iat == broker.now.seconds && answer.exp == broker.now.seconds + 300)
    #expect(answer.authTime == broker.now.seconds)
    #expect(answer.acr == "urn:acr:pin-dispositivo" && answer.amr == ["pin"])
    #expect(answer.sub == broker.subjects.subject(of: Broker.mario, in: "portal"))
    #expect(answer.jti?.isEmpty == false)
  }

  @Test func whoIsNeitherServerNorClientLearnsNothing() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    for client in ["other-server", "rival"] {
      #expect(try await ask(broker, token, as: client) == .inactive)
      #expect(try await ask(broker, "unknown", as: client) == .inactive)
    }
    #expect(try await ask(broker, token, as: "app").active)
  }

  @Test func anInactiveAnswerHoldsNothingElse() throws {
    let json = try JSONEncoder().encode(IntrospectionReply.inactive)
    #expect(String(decoding: json, as: UTF8.self) == #"{"active":false}"#)
  }

  @Test func aTokenThatIsExpiredRevokedOrEndedIsInactive() async throws {
    let broker = try await Broker()
    let expired = try await broker.tokens().reply.accessToken
    broker.advance(by: .minutes(15))
    let revoked = try await broker.tokens().reply.accessToken
    try await broker.revocation.revoke(revoked, from: try await broker.client("app"))
    let (ended, session) = try await broker.tokens()
    try await broker.endSession(session)
    for token in [expired, revoked, ended.accessToken, ended.refreshToken ?? ""] {
      #expect(try await ask(broker, token, as: "portal-server") == .inactive)
    }
  }

  @Test func r1AScopeWhoseFreshnessIsOverIsLeftOut() async throws {
    let broker = try await Broker()
    let earned = try await broker.login(["pin-dispositivo"], for: "dispositivo:apply consultazione:slip")
    let token = try await broker.redeem(earned.code).accessToken
    try await broker.sql("UPDATE authentications SET at = $1", .instant(broker.now - .minutes(15)))
    let answer = try await ask(broker, token, as: "portal-server")
    #expect(answer.active)
    #expect(answer.scope == "consultazione:slip")
  }

  @Test func r10AScopeThatTheOperatorHasSwitchedOffIsLeftOut() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens(["pin-dispositivo"], for: "dispositivo:apply consultazione:slip").reply
      .accessToken
    let off = BrokerRules(catalogue: broker.rules.catalogue, policy: try Broker.rights(dispositiveCounts: false))
    let judge = AccessJudge(
      ledger: broker.ledger, keys: broker.keys, rules: off, issuer: Broker.issuer, world: broker.world)
    let introspection = Introspection(judge: judge, rules: off, issuer: Broker.issuer)
    let answer = try await introspection.answer(token, for: try await broker.client("portal-server"))
    #expect(answer.scope == "consultazione:slip")
  }

  @Test(arguments: [
    ("portal-server", Broker.portal, true), ("discreet-server", Broker.portal, false), ("multi", Broker.portal, false),
    ("other-server", Broker.other, false), ("other-server", Broker.twin, false),
  ])
  func theFiscalNumberIsToldOnlyWhereClientAndResourceReleaseIt(
    client: String, resource: String, told: Bool
  ) async throws {
    let broker = try await Broker()
    let token = try await broker.tokens(client: "multi", resource: resource).reply.accessToken
    let answer = try await ask(broker, token, as: client)
    #expect(answer.active)
    #expect(answer.fiscalNumber == (told ? Broker.marioCode : nil))
  }

  @Test func theClaimOfTheFiscalNumberHasItsFullName() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let json = try JSONEncoder().encode(try await ask(broker, token, as: "portal-server"))
    let fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(fields["https://attributes.eid.gov.it/fiscal_number"] as? String == Broker.marioCode)
  }

  @Test func aClientsOwnTokenIsNobodysFiscalNumber() async throws {
    let broker = try await Broker()
    let token = try await broker.ask(["grant_type": "client_credentials", "scope": "reports.read"]).accessToken
    let answer = try await ask(broker, token, as: "portal-server")
    #expect(answer.active && answer.scope == "reports.read" && answer.sub == "app")
    #expect(answer.fiscalNumber == nil && answer.authTime == nil && answer.amr == nil)
  }
}
