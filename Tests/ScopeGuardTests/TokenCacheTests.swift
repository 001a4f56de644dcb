import AccessModel
import Testing

@testable import ScopeGuard

/// The cache saves a signature check and nothing else.
struct TokenCacheTests {
  @Test func aCachedTokenStillExpires() async throws {
    let key = try await TestKey.es256("k1")
    let broker = TestBroker(key)
    let verifier = broker.verifier()
    var token = TestToken(scope: "dispositivo:isee", kid: "k1", now: broker.clock.now)
    token.claims["exp"] = "\(broker.clock.now.seconds + 1)"
    let header = "Bearer " + (try token.signed(by: key))
    let demand = try ScopeDemand(.dispositive, "isee")
    guard case .allowed = try await verifier.judge(authorizations: [header], demand: demand) else {
      Issue.record("refused")
      return
    }
    broker.clock.advance(.seconds(3))
    guard case .refused(let refusal) = try await verifier.judge(authorizations: [header], demand: demand) else {
      Issue.record("outlived its expiry")
      return
    }
    #expect(refusal.reason == .expired)
  }

  @Test func aCachedTokenIsStillJudgedByItsAgeAndByTheDemand() async throws {
    let key = try await TestKey.es256("k1")
    let broker = TestBroker(key)
    let verifier = broker.verifier()
    var token = TestToken(scope: "dispositivo:isee", kid: "k1", now: broker.clock.now)
    token.claims["auth_time"] = "\(broker.clock.now.seconds - 58)"
    let header = "Bearer " + (try token.signed(by: key))
    let demand = try ScopeDemand(.dispositive, "isee", maxAge: .minutes(1))
    guard case .allowed = try await verifier.judge(authorizations: [header], demand: demand) else {
      Issue.record("refused")
      return
    }
    broker.clock.advance(.seconds(3))
    guard case .refused(let old) = try await verifier.judge(authorizations: [header], demand: demand) else {
      Issue.record("outlived its freshness")
      return
    }
    #expect(old.reason == .authenticationTooOld)
    let other = try await verifier.judge(authorizations: [header], demand: ScopeDemand(.dispositive, "profilo"))
    guard case .refused(let refusal) = other else {
      Issue.record("allowed for another service")
      return
    }
    #expect(refusal.reason == .scopeMissing)
  }

  @Test func anEntryIsGoodForFiveSecondsAndNotBeforeItsTime() throws {
    let cache = TokenCache()
    let key = TokenCache.key(for: [1])
    let start = Instant(seconds: 100)
    cache.insert(try token(), for: key, at: start)
    #expect(cache.token(for: key, at: start + TimeSpan(milliseconds: 4999)) != nil)
    #expect(cache.token(for: key, at: start + .seconds(5)) == nil)
    #expect(cache.token(for: key, at: start - .seconds(1)) == nil)
    #expect(cache.token(for: TokenCache.key(for: [2]), at: start) == nil)
  }

  @Test func itHoldsNoMoreThanItsBound() throws {
    let cache = TokenCache(capacity: 100)
    let token = try token()
    for index in 0..<1000 {
      let bytes = Array(String(index).utf8)
      cache.insert(token, for: TokenCache.key(for: bytes), at: Instant(seconds: 100))
      #expect(cache.count <= 100)
    }
    #expect(cache.token(for: TokenCache.key(for: Array("999".utf8)), at: Instant(seconds: 101)) != nil)
  }

  private func token() throws -> VerifiedToken {
    let claims = #"{"iss":"i","aud":"r","sub":"s","client_id":"c","jti":"j","exp":9,"iat":1}"#
    return try VerifiedToken(claims: Array(claims.utf8), issuer: "i", audience: "r")
  }
}

/// The reader sees a stranger's bytes before any signature is checked.
struct JSONReaderTests {
  @Test func valuesAreRead() throws {
    let value = try JSONValue(parsing: #" {"a":[1,-2.5e2,true,null],"b":"x\u00e8\ud83d\ude00\n","c":{}} "#.utf8)
    #expect(
      value
        == .object([
          "a": .array([.number(1), .number(-250), .bool(true), .null]), "b": .string("xè😀\n"), "c": .object([:]),
        ]))
  }

  @Test(arguments: [
    "", "{", "}", "{\"a\"}", "{\"a\":1,}", "[1,]", "[1 2]", "01", "1.", ".5", "+1", "0x10", "nan", "1e999", "tru",
    "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "{\"a\":1,\"a\":2}", "{a:1}", "1 1",
    "[[[[[[[[[[[]]]]]]]]]]]",
  ]) func whatIsNotJSONIsRefused(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
  }

  @Test func brokenUTF8IsRefused() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22] as [UInt8]) }
  }

  @Test func randomBytesNeverTrap() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array(#"{}[]",:\u0019eE.-+truefalsn d83"#.utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...40)).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      _ = try? JSONValue(parsing: bytes)
      _ = Base64URL.decode(bytes)
    }
  }

  @Test func base64URLHasOneFormForOneValue() {
    #expect(Base64URL.decode("AQID".utf8) == [1, 2, 3])
    #expect(Base64URL.decode("AQ".utf8) == [1])
    #expect(Base64URL.decode("".utf8) == [])
    for bad in ["AR", "AQ==", "A", "A+/A", "AQ\n"] { #expect(Base64URL.decode(bad.utf8) == nil) }
  }
}
