import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing
import Testing
import TokenService

@Suite struct ClientAuthenticationTests {
  private static let secret = Secret("a-secret-of-256-bits-that-was-generated")

  private func authenticator(_ broker: Broker) -> ClientAuthenticator {
    ClientAuthenticator(
      registry: broker.registry, once: OnceStore(broker.ledger),
      audiences: [Broker.issuer, "\(Broker.issuer)/oauth2/token"],
      world: broker.world)
  }

  /// A broker with one client of each method, `basic`, `post` and `signed`, and the key of the last.
  private func setting() async throws -> (Broker, AssertionKey) {
    let broker = try await Broker()
    let key = AssertionKey()
    let methods: [(String, Client.AuthenticationMethod)] = [
      ("basic", .clientSecretBasic), ("post", .clientSecretPost), ("signed", .privateKeyJWT),
    ]
    for (id, method) in methods {
      let document = ClientDocument(
        name: id, method: method, grants: [], scopes: ScopeList([]), jwks: method == .privateKeyJWT ? key.jwks : nil)
      let secret = method == .privateKeyJWT ? nil : ClientAuthenticationTests.secret
      try await broker.registry.add(id: id, document, secret: secret, by: .system)
    }
    return (broker, key)
  }

  /// Who it is; the one error where it is nobody.
  private func identify(_ broker: Broker, _ credentials: ClientCredentials) async throws -> String? {
    do { return try await authenticator(broker).authenticate(credentials).id } catch let error as OAuthError {
      #expect(error.code == .invalidClient)
      #expect(error.description == "client authentication failed")
      #expect(error.retryAfter == nil)
      return nil
    }
  }

  @Test func aClientIsKnownByTheMethodItIsRegisteredFor() async throws {
    let (broker, key) = try await setting()
    let secret = ClientAuthenticationTests.secret
    #expect(try await identify(broker, .secretBasic(id: "basic", secret)) == "basic")
    #expect(try await identify(broker, .secretPost(id: "post", secret)) == "post")
    let claims = AssertionClaims(client: "signed", now: broker.now)
    #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == "signed")
  }

  @Test func aRightSecretByAnotherMethodIsRefused() async throws {
    let (broker, key) = try await setting()
    let secret = ClientAuthenticationTests.secret
    #expect(try await identify(broker, .secretPost(id: "basic", secret)) == nil)
    #expect(try await identify(broker, .secretBasic(id: "post", secret)) == nil)
    #expect(try await identify(broker, .secretBasic(id: "signed", secret)) == nil)
    let claims = AssertionClaims(client: "basic", now: broker.now)
    #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == nil)
    #expect(try await identify(broker, .none) == nil)
  }

  @Test(arguments: ["", "a", "a-secret-of-256-bits-that-was-generatee", "a-secret-of-256-bits-that-was-generated "])
  func aWrongSecretIsRefused(wrong: String) async throws {
    let (broker, _) = try await setting()
    #expect(try await identify(broker, .secretBasic(id: "basic", Secret(wrong))) == nil)
    #expect(try await identify(broker, .secretPost(id: "post", Secret(wrong))) == nil)
  }

  @Test func anUnknownAndARemovedClientLookLikeAWrongSecret() async throws {
    let (broker, key) = try await setting()
    try await broker.registry.remove("basic", by: .system)
    let secret = ClientAuthenticationTests.secret
    for id in ["basic", "nobody", "", String(repeating: "x", count: 200)] {
      #expect(try await identify(broker, .secretBasic(id: id, secret)) == nil)
      let claims = AssertionClaims(client: id, now: broker.now)
      #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == nil)
    }
  }

  @Test func aSecretIsKeptAsAnHMACAndSurvivesTheRotationOfItsKey() async throws {
    let (broker, _) = try await setting()
    let stored = try #require(try await ClientStore(broker.ledger).client("basic"))
    #expect(stored.secret?.bytes.count == 32)
    #expect(!stored.document.contains("a-secret"))
    try await KeyStore(broker.ledger).rotate(
      adding: try broker.chest.make(.clientSecret), retiresAt: nil, audit: broker.note(.keyRotated))
    let second = try await broker.secondNode()
    #expect(try await identify(second, .secretBasic(id: "basic", ClientAuthenticationTests.secret)) == "basic")
  }

  @Test func aGeneratedSecretHas256BitsAndAnIDIsTakenOnce() async throws {
    let broker = try await Broker()
    let document = ClientDocument(name: "n", method: .clientSecretBasic, grants: [], scopes: ScopeList([]))
    let secret = try #require(try await broker.registry.add(id: "new", document, by: .staff("root")))
    #expect(Base64.urlDecode(secret.utf8Text ?? "")?.count == 32)
    #expect(try await identify(broker, .secretBasic(id: "new", secret)) == "new")
    await #expect(throws: StoreError.conflict) { try await broker.registry.add(id: "new", document, by: .system) }
    try await broker.registry.remove("new", by: .system)
    await #expect(throws: StoreError.conflict) { try await broker.registry.add(id: "new", document, by: .system) }
    await #expect(throws: StoreError.notFound) { try await broker.registry.remove("new", by: .system) }
  }

  // MARK: private_key_jwt

  @Test func anAssertionIsUsedOnce() async throws {
    let (broker, key) = try await setting()
    let second = try await broker.secondNode()
    let assertion = try key.sign(AssertionClaims(client: "signed", now: broker.now))
    #expect(try await identify(broker, .assertion(assertion, id: "signed")) == "signed")
    #expect(try await identify(broker, .assertion(assertion, id: "signed")) == nil)
    #expect(try await identify(second, .assertion(assertion, id: "signed")) == nil)
    var renewed = AssertionClaims(client: "signed", now: broker.now)
    renewed.exp += 1
    #expect(try await identify(broker, .assertion(key.sign(renewed), id: nil)) == nil, "the jti counts, not the text")
  }

  @Test func ofManyUsesOfOneAssertionOneWins() async throws {
    let (broker, key) = try await setting()
    let second = try await broker.secondNode()
    let assertion = try key.sign(AssertionClaims(client: "signed", now: broker.now))
    let won = try await crowd(broker, second) { try await identify($0, .assertion(assertion, id: nil)) }.compactMap(
      \.self)
    #expect(won == ["signed"])
  }

  @Test(
    arguments: [
      (60, true), (62, true), (63, false), (1, true), (-1, true), (-2, false), (-60, false), (3600, false),
      (Int64.max / 2, false), (Int64.min / 2, false),
    ] as [(Int64, Bool)])
  func anAssertionLivesAMinuteAtMost(lifetime: Int64, good: Bool) async throws {
    let (broker, key) = try await setting()
    var claims = AssertionClaims(client: "signed", now: broker.now)
    claims.exp = broker.now.seconds + lifetime
    #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == (good ? "signed" : nil))
  }

  @Test(arguments: AssertionClaims.spoilers.indices)
  func anAssertionWithAWrongClaimIsRefused(index: Int) async throws {
    let (broker, key) = try await setting()
    var claims = AssertionClaims(client: "signed", now: broker.now)
    AssertionClaims.spoilers[index](&claims)
    #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == nil)
  }

  @Test func theAudienceMayBeTheIssuerTheEndpointOrAListWithOne() async throws {
    let (broker, key) = try await setting()
    for audience in [#""https://varco.test""#, #""https://varco.test/oauth2/token""#, #"["x","https://varco.test"]"#] {
      var claims = AssertionClaims(client: "signed", now: broker.now)
      claims.jti = audience
      claims.audience = audience
      #expect(try await identify(broker, .assertion(key.sign(claims), id: nil)) == "signed")
    }
  }

  @Test func anAssertionOfAnotherKeyOrAnotherClientIsRefused() async throws {
    let (broker, key) = try await setting()
    let claims = AssertionClaims(client: "signed", now: broker.now)
    #expect(try await identify(broker, .assertion(AssertionKey().sign(claims), id: nil)) == nil)
    #expect(try await identify(broker, .assertion(key.sign(claims), id: "basic")) == nil)
    var mixed = claims
    mixed.sub = "basic"
    #expect(try await identify(broker, .assertion(key.sign(mixed), id: nil)) == nil)
    #expect(try await identify(broker, .assertion(key.sign(claims), id: "signed")) == "signed", "it is still unused")
  }

  @Test func onlyAsymmetricSignaturesAreBelieved() async throws {
    let (broker, key) = try await setting()
    let claims = AssertionClaims(client: "signed", now: broker.now)
    let unsigned = AssertionKey.text(claims, algorithm: "none")
    #expect(try await identify(broker, .assertion("\(unsigned).", id: nil)) == nil)
    #expect(try await identify(broker, .assertion(key.signSymmetrically(claims), id: nil)) == nil)
    #expect(try await identify(broker, .assertion(key.sign(claims, algorithm: "HS256"), id: nil)) == nil)
    #expect(try await identify(broker, .assertion(key.sign(claims, algorithm: "none"), id: nil)) == nil)
  }

  @Test(arguments: ["", "a", "a.b", "a.b.c", "..", "e30.e30.e30", String(repeating: "a", count: 10_000)])
  func nonsenseIsNoAssertion(text: String) async throws {
    let (broker, _) = try await setting()
    #expect(try await identify(broker, .assertion(text, id: nil)) == nil)
  }
}
