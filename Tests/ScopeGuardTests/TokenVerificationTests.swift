import AccessModel
import Crypto
import JWTKit
import ScopeGuard
import Testing

/// What makes a token valid, and each single thing that spoils it.
struct TokenVerificationTests {
  let key: TestKey
  let broker: TestBroker
  let verifier: TokenVerifier

  init() async throws {
    key = try await .es256("k1")
    broker = TestBroker(key)
    verifier = broker.verifier()
  }

  private var good: TestToken { TestToken(scope: "dispositivo:isee openid", kid: "k1", now: broker.clock.now) }

  private func verdict(_ authorizations: String...) async throws -> ScopeVerdict {
    try await verifier.judge(authorizations: authorizations, demand: ScopeDemand(.dispositive, "isee"))
  }

  private func reason(_ token: TestToken) async throws -> Refusal.Reason? {
    try await reason(try token.signed(by: key))
  }

  private func reason(_ token: String) async throws -> Refusal.Reason? {
    guard case .refused(let refusal) = try await verdict("Bearer \(token)") else { return nil }
    return refusal.reason
  }

  @Test func aGoodTokenIsAllowedAndSaysWhoItIs() async throws {
    var token = good
    token.claims["act"] = #"{"sub":"patronato-9"}"#
    guard case .allowed(let verified) = try await verdict("Bearer \(token.signed(by: key))") else {
      Issue.record("refused")
      return
    }
    #expect(verified.subject == "pairwise-4711")
    #expect(verified.clientID == "portal-app")
    #expect(verified.issuer == TestBroker.issuer)
    #expect(verified.jti == "jti-1")
    #expect(verified.acr == "https://varco.test/acr/dispositivo")
    #expect(verified.amr == ["pin"])
    #expect(verified.actor == "patronato-9")
    #expect(verified.authTime == broker.clock.now - .seconds(60))
    #expect(verified.expiresAt == broker.clock.now + .seconds(300))
    #expect(verified.scopes.description == "dispositivo:isee openid")
  }

  @Test func anRS256TokenIsAllowed() async throws {
    let rsa = try await TestKey.rs256("r1")
    broker.publish(key, rsa)
    let token = TestToken(scope: "dispositivo:isee", kid: "r1", algorithm: "RS256", now: broker.clock.now)
    #expect(try await reason(token.signed(by: rsa)) == nil)
  }

  @Test(arguments: ["AT+JWT", "application/at+jwt"]) func theTypeHasNoCaseAndMayBeWrittenOut(type: String) async throws
  {
    var token = good
    token.header["typ"] = "\"\(type)\""
    #expect(try await reason(token) == nil)
  }

  @Test(arguments: [nil, "\"JWT\"", "\"dpop+jwt\"", "1"]) func anotherTypeIsNoAccessToken(type: String?) async throws {
    var token = good
    token.header["typ"] = type
    #expect(try await reason(token) == .wrongType)
  }

  @Test(arguments: ["none", "None", "HS256", "ES384", "PS256", ""])
  func onlyTwoAlgorithmsCount(algorithm: String) async throws {
    var token = good
    token.header["alg"] = "\"\(algorithm)\""
    #expect(try await reason(token) == .wrongAlgorithm)
  }

  @Test func anUnsignedTokenIsRefusedHoweverItIsWritten() async throws {
    var token = good
    #expect(try await reason(token.unsigned + ".") == .badSignature)
    token.header["alg"] = "\"none\""
    #expect(try await reason(token.unsigned + ".") == .wrongAlgorithm)
  }

  @Test func thePublicKeyIsNoSharedSecret() async throws {
    for secret in [key.jwk, key.pem] {
      var token = good
      let hmac = HMACKey(key: SymmetricKey(data: Array(secret.utf8)))
      let algorithm = try await JWTKeyCollection().add(hmac: hmac, digestAlgorithm: .sha256).getKey()
      token.header["alg"] = "\"HS256\""
      #expect(try await reason(token.signed(by: algorithm)) == .wrongAlgorithm)
      token.header["alg"] = "\"ES256\""
      #expect(try await reason(token.signed(by: algorithm)) == .badSignature)
    }
  }

  @Test func theKeySaysWhichAlgorithmIsRight() async throws {
    var token = good
    token.header["alg"] = "\"RS256\""
    #expect(try await reason(token) == .badSignature)
  }

  @Test func aTamperedTokenIsRefused() async throws {
    let real = try good.signed(by: key)
    let parts = real.split(separator: ".").map(String.init)
    var richer = good
    richer.claims["sub"] = "\"somebody-else\""
    let otherClaims = richer.unsigned.split(separator: ".").map(String.init)[1]
    #expect(try await reason("\(parts[0]).\(otherClaims).\(parts[2])") == .badSignature)
    #expect(try await reason("\(parts[0]).\(parts[1]).\(parts[2].dropLast(6))") == .badSignature)
    let stranger = try await TestKey.es256("k1")
    #expect(try await reason(good.signed(by: stranger)) == .badSignature)
  }

  @Test(
    arguments: [
      ("iss", "\"https://varco.test/\"", Refusal.Reason.wrongIssuer), ("iss", nil, .wrongIssuer),
      ("aud", "\"https://other.test\"", .wrongAudience), ("aud", nil, .wrongAudience),
      ("aud", "[\"https://portal.test\",\"https://other.test\"]", .wrongAudience), ("aud", "[]", .wrongAudience),
      ("sub", nil, .malformed), ("sub", "\"\"", .malformed), ("sub", "7", .malformed),
      ("client_id", nil, .malformed), ("jti", nil, .malformed), ("iat", nil, .malformed),
      ("exp", nil, .malformed), ("exp", "\"soon\"", .malformed), ("exp", "1e300", .malformed),
      ("exp", "-1e11", .expired), ("nbf", "99999999999", .notYetValid), ("auth_time", "true", .malformed),
      ("scope", "\"dispositivo:ISEE\"", .malformed), ("scope", "[\"dispositivo:isee\"]", .malformed),
      ("amr", "\"pin\"", .malformed), ("act", "\"x\"", .malformed),
      ("cnf", #"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#, .senderConstrained),
    ] as [(String, String?, Refusal.Reason)]) func aSpoiltClaimIsRefused(
      name: String, value: String?, expected: Refusal.Reason
    ) async throws
  {
    var token = good
    token.claims[name] = value
    #expect(try await reason(token) == expected)
  }

  @Test func anAudienceAloneInAListIsThatAudience() async throws {
    var token = good
    token.claims["aud"] = "[\"\(TestBroker.resource)\"]"
    #expect(try await reason(token) == nil)
  }

  @Test func timesAreForgivenTwoSecondsAndNoMore() async throws {
    let now = broker.clock.now.seconds
    for (name, offset, expected) in [
      ("exp", -1, nil), ("exp", -2, .expired), ("nbf", 2, nil), ("nbf", 3, .notYetValid),
      ("iat", 2, nil), ("iat", 3, .notYetValid),
    ] as [(String, Int64, Refusal.Reason?)] {
      var token = good
      token.claims[name] = "\(now + offset)"
      #expect(try await reason(token) == expected, "\(name) \(offset)")
    }
  }

  @Test(arguments: [
    "a", "a.b", "a.b.c", "..", "....", "e30.e30.e30", "e30=.e30.", "bnVsbA.e30.", "eyJhbGciOiJFUzI1NiJ.e30.",
  ]) func whatIsNoTokenIsRefused(text: String) async throws {
    let found = try await reason(text)
    #expect([.malformed, .wrongType].contains(found))
  }

  @Test func aHeaderThatTwoParsersReadInTwoWaysIsRefused() async throws {
    for header in [
      #"{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"k1"}"#, #"{"alg":"ES256","typ":"at+jwt","kid":"k1"} x"#,
      #"{"alg":"ES256","typ":"at+jwt","kid":"k1","crit":["exp"]}"#,
    ] {
      let input = base64URL(Array(header.utf8)) + "." + String(good.unsigned.split(separator: ".")[1])
      let signature = try base64URL(key.algorithm.sign(Array(input.utf8)))
      #expect(try await reason("\(input).\(signature)") == .malformed)
    }
  }

  @Test func aHostileNumberInTheHeaderDoesNotStopTheService() async throws {
    var token = good
    token.header["x"] = "1e300"
    #expect(try await reason(token) == nil)
    token.header["x"] = String(repeating: "[", count: 4000)
    #expect(try await reason(token) == .malformed)
  }

  @Test func aTokenOverEightKiBIsRefusedUnread() async throws {
    var token = good
    token.claims["padding"] = "\"\(String(repeating: "x", count: 8192))\""
    #expect(try await reason(token) == .oversize)
    #expect(broker.fetches == 0)
  }

  @Test func onlyOneBearerHeaderIsRead() async throws {
    let token = try good.signed(by: key)
    for (headers, expected) in [
      ([], .noToken), (["Basic dXNlcjpwYXNz"], .noToken), (["BearerX \(token)"], .noToken),
      (["Bearer"], .malformedAuthorization), (["Bearer "], .malformedAuthorization),
      (["Bearer \(token), Bearer \(token)"], .malformedAuthorization),
      (["Bearer \(token) x"], .malformedAuthorization), (["Bearer caffè"], .malformedAuthorization),
      (["Bearer \(token)", "Bearer \(token)"], .manyAuthorizations),
      (["Bearer \(token)", "Basic x"], .manyAuthorizations), (["bearer \(token)"], nil),
    ] as [([String], Refusal.Reason?)] {
      let verdict = try await verifier.judge(authorizations: headers, demand: ScopeDemand(.dispositive, "isee"))
      switch verdict {
      case .allowed: #expect(expected == nil)
      case .refused(let refusal): #expect(refusal.reason == expected)
      }
    }
  }
}
