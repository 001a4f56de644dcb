import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing
import Testing
import TokenService

@Suite struct LifetimeTests {
  // MARK: R4

  @Test(arguments: [
    ("pin-ordinario", "consultazione:slip", 0, 900), ("pin-dispositivo", "consultazione:apply", 14 * 60, 900),
    ("pin-dispositivo", "dispositivo:apply", 0, 300),
    ("pin-dispositivo", "dispositivo:apply consultazione:slip", 0, 300),
    ("pin-dispositivo", "dispositivo:apply", 600, 300), ("pin-dispositivo", "dispositivo:apply", 601, 299),
    ("pin-dispositivo", "dispositivo:apply", 899, 1), ("brief", "dispositivo:apply", 0, 180),
    ("brief", "dispositivo:apply", 100, 80),
  ])
  func r4ATokenLivesNoLongerThanWhatEarnedIt(
    through: String, scope: String, age: Int, lifetime: Int64
  ) async throws {
    let broker = try await Broker()
    let earned = try await broker.login([through], for: scope, at: broker.now - .seconds(age))
    let reply = try await broker.redeem(earned.code)
    #expect(reply.scope == scope)
    #expect(reply.expiresIn == lifetime)
    broker.advance(by: .seconds(Int(lifetime)))
    #expect(try await !broker.stands(reply.accessToken))
    broker.advance(by: .milliseconds(-1))
    #expect(try await broker.stands(reply.accessToken))
  }

  @Test func r4PartsOfASecondAreNotGivenAway() async throws {
    let broker = try await Broker()
    let earned = try await broker.login(
      ["pin-dispositivo"], for: "dispositivo:apply", at: broker.now - .minutes(14) - .milliseconds(1500))
    #expect(try await broker.redeem(earned.code).expiresIn == 58)
  }

  @Test func r4ATokenLivesNoLongerThanItsSession() async throws {
    let limits = SessionLimits(total: .minutes(4))
    let broker = try await Broker(policy: TokenPolicy(issuer: Broker.issuer, session: limits))
    let earned = try await broker.login()
    broker.advance(by: .seconds(30))
    #expect(try await broker.redeem(earned.code).expiresIn == 210)
  }

  @Test func r4ShorterLifetimesMayBeConfigured() async throws {
    let policy = TokenPolicy(issuer: Broker.issuer, accessLifetime: .minutes(2), dispositiveLifetime: .minutes(4))
    let broker = try await Broker(policy: policy)
    let reply = try await broker.tokens(["pin-dispositivo"], for: "dispositivo:apply").reply
    #expect(reply.expiresIn == 120)
  }

  @Test func r1ATokenThatOutlivesTheFreshnessDisposesNoMore() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens(["brief"], for: "dispositivo:apply").reply
    let resource = try #require(broker.rules.catalogue.resource(Broker.portal))
    let demand = try scope("dispositivo:apply")
    guard
      case .allowed(_, let until) = try await broker.judge.decide(
        reply.accessToken, demand: demand, resource: resource)
    else {
      Issue.record("a fresh token does not dispose")
      return
    }
    #expect(until == broker.now + .minutes(3))
    let off = BrokerRules(catalogue: broker.rules.catalogue, policy: try Broker.rights(dispositiveCounts: false))
    let judge = AccessJudge(
      ledger: broker.ledger, keys: broker.keys, rules: off, issuer: Broker.issuer, world: broker.world)
    let decision = try await judge.decide(reply.accessToken, demand: demand, resource: resource)
    #expect(decision.refusal?.reason == .insufficientRight)
  }

  // MARK: What ends together

  @Test func aTokenEndsWithItsSession() async throws {
    let broker = try await Broker()
    let (reply, session) = try await broker.tokens()
    let bystander = try await broker.tokens().reply
    try await broker.endSession(session)
    #expect(try await !broker.stands(reply.accessToken))
    #expect(try await broker.stands(bystander.accessToken))
  }

  @Test func idleTimeEndsNoTokenThatHasBeenEarned() async throws {
    let broker = try await Broker(
      policy: TokenPolicy(issuer: Broker.issuer, session: SessionLimits(idle: .minutes(1))))
    let reply = try await broker.tokens().reply
    broker.advance(by: .minutes(10))
    #expect(try await broker.stands(reply.accessToken))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
  }

  @Test func r12ARevokedPINEndsWhatRestsOnIt() async throws {
    let broker = try await Broker()
    let pin = try await broker.issuePIN()
    let earned = try await broker.login(for: "consultazione:slip offline_access", credential: "p1")
    let waiting = try await broker.login(credential: "p1")
    let bystander = try await broker.tokens().reply
    let reply = try await broker.redeem(earned.code)
    try await broker.converse("on the PIN", credential: "p1")
    try await broker.converse("step-up", session: earned.session)
    try await broker.converse("somebody else's")
    try await PINStore(broker.ledger).revoke(pin.id, reason: "lost", at: broker.now, audit: broker.note(.pinRevoked))
    #expect(try await !broker.stands(reply.accessToken))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == .invalidGrant)
    #expect(try await refusal { try await broker.redeem(waiting.code) } == .invalidGrant)
    #expect(try await broker.stands(bystander.accessToken))
    #expect(try await broker.openConversations() == ["somebody else's"])
    await #expect(throws: StoreError.conflict) { try await broker.login(credential: "p1") }
    await #expect(throws: StoreError.conflict) { try await broker.converse("late", credential: "p1") }
  }

  @Test func r12AChangeSparesTheSessionThatMadeIt() async throws {
    let broker = try await Broker()
    let pin = try await broker.issuePIN()
    let own = try await broker.login(credential: "p1")
    let elsewhere = try await broker.login(credential: "p1")
    let reply = try await broker.redeem(own.code)
    let gone = try await broker.redeem(elsewhere.code)
    broker.advance(by: .seconds(1))
    _ = try await PINStore(broker.ledger).change(
      pin, to: SealedValue(keyID: "pepper", bytes: [2]), provenAt: broker.now, sparing: own.session, at: broker.now,
      audit: broker.note(.pinChanged))
    #expect(try await broker.stands(reply.accessToken))
    #expect(try await !broker.stands(gone.accessToken))
  }

  @Test func r12ALoginThatWasProvenBeforeTheChangeComesTooLate() async throws {
    let broker = try await Broker()
    let pin = try await broker.issuePIN()
    let proven = broker.now
    broker.advance(by: .seconds(5))
    _ = try await PINStore(broker.ledger).change(
      pin, to: SealedValue(keyID: "pepper", bytes: [2]), provenAt: broker.now, sparing: nil, at: broker.now,
      audit: broker.note(.pinChanged))
    await #expect(throws: StoreError.conflict) { try await broker.login(credential: "p1", at: proven) }
    _ = try await broker.login(credential: "p1", at: broker.now)
  }

  @Test func aSuspendedCitizensConversationsAreGone() async throws {
    let broker = try await Broker()
    _ = try await broker.issuePIN()
    try await broker.converse("on the PIN", credential: "p1")
    try await broker.citizens.setState(.suspended, of: Broker.mario, audit: broker.note())
    #expect(try await broker.openConversations() == [])
  }

  @Test func aStepUpOfAnEndedSessionOpensNothing() async throws {
    let broker = try await Broker()
    let earned = try await broker.login()
    try await broker.endSession(earned.session)
    await #expect(throws: StoreError.conflict) {
      try await broker.login(["pin-dispositivo"], steppingUp: earned.session)
    }
    let idle = try await broker.login()
    broker.advance(by: .minutes(30))
    await #expect(throws: StoreError.conflict) {
      try await broker.login(["pin-dispositivo"], steppingUp: idle.session)
    }
  }

  @Test func aStepUpAddsOnlyToTheSameCitizensSession() async throws {
    let broker = try await Broker()
    let earned = try await broker.login()
    await #expect(throws: StoreError.conflict) {
      try await broker.login(["pin-dispositivo"], of: Broker.anna, steppingUp: earned.session)
    }
  }
}

extension Broker {
  fileprivate func issuePIN() async throws -> StoredPIN {
    let pin = StoredPIN(
      id: CredentialID("p1"), citizen: Broker.mario, grade: .dispositivo, form: .changed,
      sealed: SealedValue(keyID: "pepper", bytes: [1]), createdAt: now)
    try await PINStore(ledger).issue(pin, audit: note(.pinIssued))
    return pin
  }

  fileprivate func converse(_ name: String, credential: String? = nil, session: String? = nil) async throws {
    let conversation = StoredConversation(
      clientID: name, sealed: SealedValue(keyID: "kek", bytes: [1]),
      proof: credential.map { CredentialProof(CredentialID($0), at: now) },
      session: session, expiresAt: now + .minutes(10))
    try await ConversationStore(ledger).insert(conversation, hash: TokenHash.of(name))
  }

  fileprivate func openConversations() async throws -> [String] {
    var found: [String] = []
    for name in ["on the PIN", "step-up", "somebody else's"] {
      let hash = TokenHash.of(name)
      let conversation = try? await ConversationStore(ledger).consume(hash, client: name, at: now)
      if let conversation { found.append(conversation.clientID) }
    }
    return found
  }
}
