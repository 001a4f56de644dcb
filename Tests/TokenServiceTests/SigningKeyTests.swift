import AccessModel
import AuthenticatorKit
import BrokerStore
import Foundation
import JWTKit
import Sealing
import Testing

@testable import TokenService

@Suite struct SigningKeyTests {
  private struct KeySet: Decodable {
    struct Key: Decodable {
      let kid: String
      let kty: String
      let alg: String
      let d: String?
    }
    let keys: [Key]
  }

  private func published(_ keys: SigningKeys) throws -> [KeySet.Key] {
    try JSONDecoder().decode(KeySet.self, from: Data(keys.keySet.utf8)).keys
  }

  /// Whether a service that knows only the published keys accepts the token.
  private func accepts(_ keySet: String, _ token: String) async throws -> Bool {
    let keys = try await JWTKeyCollection().add(jwksJSON: keySet)
    return (try? await keys.verify(token, as: AccessTokenClaims.self)) != nil
  }

  @Test func aNewInstallationPublishesTheCurrentAndTheNextKeyAndNoPrivateOne() async throws {
    let broker = try await Broker()
    let keys = try published(broker.keys)
    #expect(keys.map(\.alg) == ["ES256", "ES256"])
    #expect(Set(keys.map(\.kid)).count == 2)
    #expect(keys.allSatisfy { $0.d == nil })
    let stored = try await KeyStore(broker.ledger).keys(for: "signing")
    #expect(Set(stored.map(\.state)) == [.current, .next])
    #expect(Set(stored.map(\.id)) == Set(keys.map(\.kid)))
  }

  @Test func aRotationPromotesTheNextKeyAndKeepsTheOldOne() async throws {
    let broker = try await Broker()
    let next = try #require(try await KeyStore(broker.ledger).keys(for: "signing").first { $0.state == .next })
    let before = broker.keys.keySet
    let old = try await broker.tokens().reply.accessToken
    #expect(try await broker.keys.rotate(algorithm: .es256, by: .staff("root")) == next.id)
    let new = try await broker.tokens().reply.accessToken
    #expect(try await broker.stands(old))
    #expect(try published(broker.keys).count == 3)
    #expect(try await accepts(broker.keys.keySet, old))
    #expect(try await accepts(broker.keys.keySet, new))
    #expect(try await accepts(before, new), "a service that has not fetched since must know the key already")
    #expect(try await broker.stands(new))
  }

  @Test func thePreviousKeyStaysUntilItsLastTokenHasExpiredAndThenGoes() async throws {
    let broker = try await Broker()
    let old = try await broker.tokens().reply.accessToken
    let kid = try #require(try await KeyStore(broker.ledger).keys(for: "signing").first { $0.state == .current }?.id)
    _ = try await broker.keys.rotate(algorithm: .es256, by: .system)
    broker.advance(by: .minutes(15))
    try await broker.keys.reload()
    #expect(try published(broker.keys).contains { $0.kid == kid })
    broker.advance(by: .minutes(5))
    try await broker.keys.reload()
    #expect(try !published(broker.keys).contains { $0.kid == kid })
    #expect(await broker.keys.verify(old, as: AccessTokenClaims.self) == nil)
    broker.advance(by: .seconds(1))
    try await KeyStore(broker.ledger).removeRetired(at: broker.now)
    #expect(try await KeyStore(broker.ledger).keys(for: "signing").count == 2)
  }

  @Test func anotherProcessTakesARotationUp() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    #expect(Set(try published(second.keys).map(\.kid)) == Set(try published(broker.keys).map(\.kid)))
    _ = try await broker.keys.rotate(algorithm: .es256, by: .system)
    _ = try await broker.keys.rotate(algorithm: .es256, by: .system)
    let token = try await broker.tokens().reply.accessToken
    #expect(try await !second.stands(token))
    try await second.keys.reload()
    #expect(try await second.stands(token))
  }

  @Test func rs256SignsToo() async throws {
    let broker = try await Broker(policy: TokenPolicy(issuer: Broker.issuer, algorithm: .rs256))
    let token = try await broker.tokens().reply.accessToken
    #expect(try published(broker.keys).map(\.kty) == ["RSA", "RSA"])
    #expect(try await accepts(broker.keys.keySet, token))
    #expect(try await broker.stands(token))
    let header = try #require(Base64.urlDecode(token.split(separator: ".")[0]))
    #expect(String(decoding: header, as: UTF8.self).contains("RS256"))
  }

  @Test func aWrongKeyEncryptionKeyIsRefusedAndChangesNothing() async throws {
    let broker = try await Broker()
    let records = try await broker.sql("SELECT seq FROM audit").count
    let rings = [
      ("kek", UInt8(8), SealingError.unauthentic), ("kek-2", UInt8(9), SealingError.unknownKey("kek")),
    ]
    for (id, byte, error) in rings {
      let ring = try KeyRing([(id, Secret([UInt8](repeating: byte, count: 32)))])
      await #expect(throws: OpeningError.sealing(error)) {
        _ = try await Ledger.open(broker.ledger.database, chain: "x", keyEncryptionKeys: ring, world: broker.world)
      }
      let chest = KeyChest(keyEncryptionKeys: ring, world: broker.world)
      let keys = SigningKeys(store: KeyStore(broker.ledger), chest: chest, world: broker.world)
      await #expect(throws: OpeningError.sealing(error)) { try await keys.load(algorithm: .es256) }
      #expect(keys.keySet == #"{"keys":[]}"#)
    }
    #expect(try await broker.sql("SELECT seq FROM audit").count == records)
    #expect(try await KeyStore(broker.ledger).keys(for: "signing").count == 2)
  }

  @Test func aKeyMovedToAnotherRowDoesNotOpen() async throws {
    let broker = try await Broker()
    let stored = try await KeyStore(broker.ledger).keys(for: "signing")
    let moved = StoredKey(
      purpose: "signing", id: stored[0].id, algorithm: "ES256", publicPart: "", sealed: stored[1].sealed,
      state: .current, createdAt: broker.now)
    #expect(throws: SealingError.unauthentic) { try broker.chest.open(moved) }
  }

  @Test func withoutKeysNothingIsSignedAndNothingBelieved() async throws {
    let broker = try await Broker()
    let token = try await broker.tokens().reply.accessToken
    let empty = SigningKeys(store: KeyStore(broker.ledger), chest: broker.chest, world: broker.world)
    let claims = try #require(await broker.keys.verify(token, as: AccessTokenClaims.self))
    #expect(await empty.verify(token, as: AccessTokenClaims.self) == nil)
    #expect(try await refusal { try await empty.sign(claims, type: "at+jwt") } == .temporarilyUnavailable)
  }
}
