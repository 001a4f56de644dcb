import AccessModel
import BrokerStore
import Testing
import TokenService

@Suite struct RevocationTests {
  private func revoke(_ broker: Broker, _ token: String?, as client: String = "app") async throws {
    try await broker.revocation.revoke(token ?? "", from: try await broker.client(client))
  }

  @Test func anAccessTokenIsRevokedAlone() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    try await revoke(broker, reply.accessToken)
    #expect(try await !broker.stands(reply.accessToken))
    let next = try await broker.refresh(reply.refreshToken)
    #expect(try await broker.stands(next.accessToken))
  }

  @Test func aRefreshTokenIsRevokedWithItsFamily() async throws {
    let broker = try await Broker()
    let first = try await broker.tokens().reply
    let second = try await broker.refresh(first.refreshToken)
    try await revoke(broker, second.refreshToken)
    for token in [first.accessToken, second.accessToken] { #expect(try await !broker.stands(token)) }
    #expect(try await refusal { try await broker.refresh(second.refreshToken) } == .invalidGrant)
  }

  @Test func aRotatedRefreshTokenRevokesItsFamilyToo() async throws {
    let broker = try await Broker()
    let first = try await broker.tokens().reply
    let second = try await broker.refresh(first.refreshToken)
    try await revoke(broker, first.refreshToken)
    #expect(try await !broker.stands(second.accessToken))
  }

  @Test func anotherClientsTokensAreLeftAloneWithoutAWord() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    try await revoke(broker, reply.accessToken, as: "rival")
    try await revoke(broker, reply.refreshToken, as: "rival")
    #expect(try await broker.stands(reply.accessToken))
    #expect(try await refusal { try await broker.refresh(reply.refreshToken) } == nil)
  }

  @Test(arguments: ["", "unknown", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
  func whatIsUnknownIsFine(token: String) async throws {
    let broker = try await Broker()
    let epoch = broker.ledger.epoch.current
    try await revoke(broker, token)
    #expect(broker.ledger.epoch.current == epoch)
  }

  @Test func revokingTwiceIsFineAndIsRecordedOnce() async throws {
    let broker = try await Broker()
    let reply = try await broker.tokens().reply
    for _ in 0..<2 { try await revoke(broker, reply.accessToken) }
    for _ in 0..<2 { try await revoke(broker, reply.refreshToken) }
    #expect(try await broker.sql("SELECT seq FROM audit WHERE kind = 'token-revoked'").count == 2)
  }

  @Test func aRevocationIsSeenByTheOtherProcessAtItsNextLook() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    let reply = try await broker.tokens().reply
    try await second.ledger.refreshEpoch()
    let before = second.ledger.epoch.current
    try await second.ledger.refreshEpoch()
    #expect(second.ledger.epoch.current == before)
    try await revoke(broker, reply.accessToken)
    try await second.ledger.refreshEpoch()
    #expect(second.ledger.epoch.current > before)
    #expect(try await !second.stands(reply.accessToken))
  }
}
