import AccessModel
import BrokerCore
import BrokerStore
import Foundation
import JWTKit
import Sealing
import Testing

@testable import TokenService

@Suite struct AccessTokenTests {
  private func part(_ index: Int, of token: String) throws -> [String: Any] {
    let bytes = try #require(Base64.urlDecode(token.split(separator: ".")[index]))
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  // MARK: RFC 9068

  @Test func theHeaderSaysThatItIsAnAccessToken() async throws {
    let broker = try await Broker()
    let header = try part(0, of: try await broker.tokens().reply.accessToken)
    #expect(header["typ"] as? String == "at+jwt")
    #expect(header["alg"] as? String == "ES256")
    #expect(
      header["kid"] as? String
        == (try await KeyStore(broker.ledger).keys(for: "signing")
          .first { $0.state == .current }?.id))
  }

  @Test func theClaimsAreThoseOfRFC9068AndNoOthers() async throws {
    let broker = try await Broker()
    let earned = try await broker.login(for: "consultazione:slip", at: broker.now - .seconds(7))
    let claims = try part(1, of: try await broker.redeem(earned.code).accessToken)
    #expect(
      Set(claims.keys) == [
        "iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "auth_time", "acr", "amr",
      ])
    #expect(claims["iss"] as? String == Broker.issuer)
    #expect(claims["aud"] as? String == Broker.portal)
    #expect(claims["client_id"] as? String == "app")
    #expect(claims["scope"] as? String == "consultazione:slip")
    #expect(claims["iat"] as? Int64 == broker.now.seconds)
    #expect(claims["exp"] as? Int64 == broker.now.seconds + 900)
    #expect(claims["auth_time"] as? Int64 == broker.now.seconds - 7)
    #expect(claims["acr"] as? String == "urn:acr:pin-ordinario")
    #expect(claims["amr"] as? [String] == ["pin"])
  }

  @Test func nothingInATokenTellsWhoTheCitizenIs() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let payload = try #require(Base64.urlDecode(token.split(separator: ".")[1]))
    let text = String(decoding: payload, as: UTF8.self)
    #expect(!text.contains(Broker.marioCode) && !text.contains("mario"))
  }

  @Test func everyTokenHasItsOwnID() async throws {
    let broker = try await Broker()
    var seen: Set<String> = []
    for _ in 0..<5 {
      let token = try await broker.tokens().reply.accessToken
      seen.insert(try #require(try part(1, of: token)["jti"] as? String))
    }
    #expect(seen.count == 5)
  }

  @Test func aJWTOfOursThatIsNoAccessTokenDoesNotPassForOne() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let claims = try #require(await broker.keys.verify(token, as: AccessTokenClaims.self))
    #expect(try await broker.stands(broker.keys.sign(claims, type: "at+jwt")))
    for type in ["JWT", "logout+jwt", ""] {
      #expect(try await !broker.stands(broker.keys.sign(claims, type: type)))
    }
  }

  @Test func aTokenThatIsNotStoredOrNotOursIsWorthNothing() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let stranger = try await Broker()
    #expect(try await !stranger.stands(token))
    try await broker.sql("DELETE FROM access_tokens")
    #expect(try await !broker.stands(token))
  }

  @Test(arguments: ["", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", String(repeating: "x", count: 9000)])
  func nonsenseIsNoToken(token: String) async throws {
    let broker = try await Broker()
    #expect(try await !broker.stands(token))
    #expect(try await broker.introspection.answer(token, for: try await broker.client("app")) == .inactive)
  }

  @Test func aChangedTokenIsNoToken() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let parts = token.split(separator: ".").map(String.init)
    let claims = try #require(Base64.urlDecode(parts[1]))
    let more = String(decoding: claims, as: UTF8.self).replacing("consultazione:slip", with: "dispositivo:apply")
    #expect(try await !broker.stands("\(parts[0]).\(Base64.urlEncode(Array(more.utf8))).\(parts[2])"))
    let unsigned = Base64.urlEncode(Array(#"{"alg":"none","typ":"at+jwt"}"#.utf8))
    #expect(try await !broker.stands("\(unsigned).\(parts[1])."))
  }

  // MARK: RFC 8707

  @Test func aTokenIsForTheOneResourceThatWasAskedFor() async throws {
    let broker = try await Broker()
    for resource in [Broker.portal, Broker.other] {
      let earned = try await broker.login(client: "multi", resource: "\(Broker.portal) \(Broker.other)")
      let reply = try await broker.redeem(earned.code, client: "multi", resource: resource)
      #expect(try part(1, of: reply.accessToken)["aud"] as? String == resource)
    }
  }

  @Test(
    arguments: [
      ("app", "https://portal.test", "https://other.test"), ("app", "https://portal.test", "https://unheard-of.test"),
      ("multi", "https://portal.test", "https://other.test"), ("multi", "https://portal.test https://other.test", nil),
      ("multi", "", nil), ("app", "https://other.test", nil), ("multi", "https://unheard-of.test", nil),
    ] as [(String, String, String?)])
  func aResourceThatWasNotGrantedIsAnInvalidTarget(client: String, granted: String, asked: String?) async throws {
    let broker = try await Broker()
    let code = try await broker.login(client: client, resource: granted).code
    #expect(try await refusal { try await broker.redeem(code, client: client, resource: asked) } == .invalidTarget)
  }

  @Test func aRefreshStaysWithItsResource() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(client: "multi", resource: Broker.other).reply
    let elsewhere = try await refusal {
      try await broker.refresh(reply.refreshToken, client: "multi", resource: Broker.portal)
    }
    #expect(elsewhere == .invalidTarget)
    let next = try await broker.refresh(reply.refreshToken, client: "multi", resource: Broker.other)
    #expect(try part(1, of: next.accessToken)["aud"] as? String == Broker.other)
  }

  @Test func aResourceGivesOnlyItsOwnServices() async throws {
    let broker = try await Broker()
    let both = "consultazione:slip consultazione:apply"
    let reply = try await broker.tokens(for: both, client: "multi", resource: Broker.other).reply
    #expect(reply.scope == "consultazione:slip")
  }

  // MARK: Pairwise subjects

  @Test func aCitizenIsAnotherInEverySectorAndTheSameWithinOne() async throws {
    let broker = try await Broker()
    var subjects: [String: String] = [:]
    for resource in [Broker.portal, Broker.twin, Broker.other] {
      let reply = try await broker.tokens(client: "multi", resource: resource).reply
      subjects[resource] = try part(1, of: reply.accessToken)["sub"] as? String
    }
    #expect(subjects[Broker.portal] == subjects[Broker.twin])
    #expect(subjects[Broker.portal] != subjects[Broker.other])
    #expect(broker.subjects.subject(of: Broker.anna, in: "portal") != subjects[Broker.portal])
  }

  @Test func aCitizenStaysTheSameWhateverKeyIsRotated() async throws {
    let broker = try await Broker()
    let before = broker.subjects.subject(of: Broker.mario, in: "portal")
    for purpose in KeyPurpose.allCases where purpose.canRotate {
      try await KeyStore(broker.ledger).rotate(
        adding: try broker.chest.make(purpose), retiresAt: nil, audit: broker.note(.keyRotated))
    }
    _ = try await broker.keys.rotate(algorithm: .es256, by: .system)
    #expect(try await broker.secondNode().subjects.subject(of: Broker.mario, in: "portal") == before)
    #expect(!KeyPurpose.subject.canRotate)
  }

  @Test func sectorAndCitizenCannotBeShiftedIntoEachOther() async throws {
    let broker = try await Broker()
    let left = broker.subjects.subject(of: CitizenID("b-x"), in: "a")
    #expect(left != broker.subjects.subject(of: CitizenID("x"), in: "a-b"))
    #expect(left != broker.subjects.subject(of: CitizenID("-x"), in: "ab"))
  }

  // MARK: Client credentials

  @Test func r1AClientsOwnTokenHasNoRightOfACitizen() async throws {
    let broker = try await Broker()
    let reply = try await broker.ask(["grant_type": "client_credentials"])
    #expect(reply.scope == "openid offline_access reports.read")
    #expect(reply.refreshToken == nil)
    let claims = try part(1, of: reply.accessToken)
    #expect(Set(claims.keys) == ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"])
    #expect(claims["sub"] as? String == "app")
    let resource = try #require(broker.rules.catalogue.resource(Broker.portal))
    let decision = try await broker.judge.decide(
      reply.accessToken, demand: try scope("consultazione:slip"), resource: resource)
    #expect(decision.refusal?.reason == .notAuthenticated)
  }

  @Test(arguments: [
    "consultazione:slip", "dispositivo:apply", "reports.read consultazione:slip", "reports.write", "dispositivo:",
  ])
  func r1AClientCannotAskForMoreThanIsRegistered(wanted: String) async throws {
    let broker = try await Broker()
    let code = try await refusal { try await broker.ask(["grant_type": "client_credentials", "scope": wanted]) }
    #expect(code == .invalidScope)
  }

  // MARK: Decisions

  @Test(arguments: [
    ("pin-ordinario", "consultazione:slip", "consultazione:slip", nil),
    ("pin-dispositivo", "dispositivo:apply", "consultazione:apply", nil),
    ("pin-dispositivo", "consultazione:apply", "dispositivo:apply", AccessRefusal.Reason.insufficientScope),
    ("pin-ordinario", "consultazione:apply", "dispositivo:apply", .insufficientRight),
    ("pin-ordinario", "consultazione:slip", "consultazione:apply", .insufficientScope),
    ("pin-ordinario", "consultazione:slip", "consultazione:pension", .notInArea),
    ("pin-ordinario", "consultazione:slip", "consultazione:nowhere", .notRegistered),
  ])
  func aDecisionJudgesTheSessionAndTheToken(
    through: String, held: String, demand: String, reason: AccessRefusal.Reason?
  ) async throws {
    let broker = try await Broker()
    let token = try await broker.tokens([through], for: held).reply.accessToken
    let resource = try #require(broker.rules.catalogue.resource(Broker.portal))
    let decision = try await broker.judge.decide(token, demand: try scope(demand), resource: resource)
    #expect(decision.refusal?.reason == reason)
    if reason == .insufficientRight { #expect(decision.refusal?.enough?.acrValues.first == "urn:acr:pin-dispositivo") }
  }

  @Test func aTokenForAnotherAudienceIsNoToken() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let twin = try #require(broker.rules.catalogue.resource(Broker.twin))
    guard
      case .invalidToken = try await broker.judge.decide(
        token, demand: try scope("consultazione:slip"), resource: twin)
    else {
      Issue.record("a token for the portal is good for its twin")
      return
    }
  }
}

extension TokenDecision {
  var refusal: AccessRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
}
