import AccessModel
import BrokerStore
import Sealing
import Testing

@testable import TokenService

@Suite struct CodeGrantTests {
  @Test func aCodeBringsTokens() async throws {
    let broker = try await Broker()
    let reply = try await broker.redeem(try await broker.login(for: "openid consultazione:slip").code)
    #expect(reply.tokenType == "Bearer")
    #expect(reply.expiresIn == 900)
    #expect(reply.scope == "openid consultazione:slip")
    #expect(reply.refreshToken != nil)
    #expect(try await broker.stands(reply.accessToken))
  }

  @Test func aSecondUseRevokesWhatTheFirstHasBrought() async throws {
    let broker = try await Broker()
    let code = try await broker.login().code
    let reply = try await broker.redeem(code)
    #expect(try await refusal { try await broker.redeem(code) } == .invalidGrant)
    #expect(try await !broker.stands(reply.accessToken))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
  }

  @Test func aSecondUseDuringTheFirstLeavesTheFirstWithNothing() async throws {
    let broker = try await Broker()
    let earned = try await broker.login()
    let codes = CodeStore(broker.ledger)
    let hash = TokenHash.of(earned.code)
    for expected in ["granted", "reused", "unknown"] {
      let use = try await codes.consume(hash, client: "app", at: broker.now, reuse: broker.note(.reuseDetected))
      #expect("\(use)".hasPrefix(expected))
    }
    let access = IssuedAccessToken(
      jti: "j", family: "f", session: earned.session, clientID: "app", scope: "openid", audience: Broker.portal,
      issuedAt: broker.now, expiresAt: broker.now + .minutes(15))
    let family = NewFamily(
      id: "f", code: hash, session: earned.session, isOffline: false, expiresAt: broker.now + .hours(1))
    await #expect(throws: StoreError.conflict) {
      try await broker.tokens.issue(
        TokenIssue(access: access, family: family), at: broker.now, audit: broker.note(.tokenIssued))
    }
    #expect(try await broker.sql("SELECT id FROM families").isEmpty)
  }

  @Test func ofManyRedemptionsAtOnceOneIsGrantedAndInTheEndNothingStands() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    let code = try await broker.login().code
    let won = try await crowd(broker, second) { try await $0.tryTo { try await $0.redeem(code) } }.compactMap(\.self)
    #expect(won.count <= 1)
    for reply in won { #expect(try await !broker.stands(reply.accessToken)) }
    #expect(try await broker.sql("SELECT id FROM families WHERE ended_at IS NULL").isEmpty)
  }

  @Test func ofManyUsesOnTwoNodesExactlyOneIsGranted() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    let hash = TokenHash.of(try await broker.login().code)
    let uses = try await crowd(broker, second) { node in
      try await CodeStore(node.ledger).consume(hash, client: "app", at: node.now, reuse: node.note(.reuseDetected))
    }
    let granted = uses.count { if case .granted = $0 { true } else { false } }
    #expect(granted == 1)
  }

  @Test func aWrongVerifierUsesTheCodeUp() async throws {
    let broker = try await Broker()
    let code = try await broker.login().code
    #expect(try await refusal { try await broker.redeem(code, verifier: "another") } == .invalidGrant)
    #expect(try await refusal { try await broker.redeem(code) } == .invalidGrant)
    #expect(try await broker.sql("SELECT jti FROM access_tokens").isEmpty)
  }

  @Test func theVerifierIsHashedAsRFC7636Says() {
    // RFC 7636 appendix B.
    let challenge = TokenEndpoint.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    #expect(challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test(arguments: [(59_999, true), (60_000, false)] as [(Int64, Bool)])
  func aCodeLivesSixtySeconds(age: Int64, good: Bool) async throws {
    let broker = try await Broker()
    let code = try await broker.login().code
    broker.advance(by: .milliseconds(age))
    #expect(try await refusal { try await broker.redeem(code) } == (good ? nil : .invalidGrant))
  }

  @Test func anotherClientsCodeIsUnknownAndStaysGood() async throws {
    let broker = try await Broker()
    let code = try await broker.login().code
    #expect(try await refusal { try await broker.redeem(code, client: "rival") } == .invalidGrant)
    #expect(try await refusal { try await broker.redeem(code) } == nil)
    #expect(try await refusal { try await broker.redeem(code, client: "rival") } == .invalidGrant)
    #expect(try await broker.sql("SELECT id FROM families WHERE ended_at IS NULL").count == 1)
  }

  @Test func aCodeIsWorthNothingOnceItsSessionOrItsCitizenIs() async throws {
    let broker = try await Broker()
    let ended = try await broker.login()
    try await broker.endSession(ended.session)
    #expect(try await refusal { try await broker.redeem(ended.code) } == .invalidGrant)
    let suspended = try await broker.login()
    try await broker.citizens.setState(.suspended, of: Broker.mario, audit: broker.note())
    #expect(try await refusal { try await broker.redeem(suspended.code) } == .invalidGrant)
    await #expect(throws: StoreError.conflict) { try await broker.login() }
  }

  @Test func r1WhatIsNotEarnedIsLeftOutAndWithNothingLeftThereIsNoToken() async throws {
    let broker = try await Broker()
    let partly = try await broker.login(for: "consultazione:slip dispositivo:apply consultazione:pension")
    #expect(try await broker.redeem(partly.code).scope == "consultazione:slip")
    let nothing = try await broker.login(for: "dispositivo:apply openid")
    #expect(try await refusal { try await broker.redeem(nothing.code) } == .invalidGrant)
    let old = try await broker.login(["pin-dispositivo"], for: "dispositivo:apply", at: broker.now - .minutes(15))
    #expect(try await refusal { try await broker.redeem(old.code) } == .invalidGrant)
  }

  @Test func aClientWithoutTheRefreshGrantGetsNoRefreshToken() async throws {
    let broker = try await Broker()
    let earned = try await broker.login(["pin-dispositivo"], for: "dispositivo:apply", client: "plain")
    #expect(try await broker.redeem(earned.code, client: "plain").refreshToken == nil)
  }

  @Test(
    arguments: [
      (["grant_type": nil], OAuthError.Code.invalidRequest), (["grant_type": "password"], .unsupportedGrantType),
      (["grant_type": "client_credentials"], .unauthorizedClient), (["code": nil], .invalidRequest),
      (["code_verifier": nil], .invalidRequest), (["code": ""], .invalidRequest), (["code": "nonsense"], .invalidGrant),
    ] as [([String: String?], OAuthError.Code)])
  func whatIsMissingOrWrongIsNamed(changes: [String: String?], code: OAuthError.Code) async throws {
    let broker = try await Broker()
    let request: [String: String?] = ["grant_type": "authorization_code", "code": "x", "code_verifier": "y"]
    let spoiled = request.merging(changes) { $1 }
    #expect(try await refusal { try await broker.ask(spoiled, client: "plain") } == code)
  }

  @Test func aParameterStandsInARequestOnce() throws {
    #expect(throws: OAuthError.self) { try OAuthParameters([("scope", "a"), ("scope", "a")]) }
    #expect(try OAuthParameters([("scope", "")])["scope"] == nil)
    #expect(throws: OAuthError.self) { try OAuthParameters([("scope", "dispositivo:")]).scope() }
  }
}
