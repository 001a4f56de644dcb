import AccessModel
import ScopeGuard
import Testing

/// Rotation, hostile key ids, and a broker that is down.
struct KeyCacheTests {
  let key: TestKey
  let next: TestKey
  let broker: TestBroker

  init() async throws {
    key = try await .es256("k1")
    next = try await .es256("k2")
    broker = TestBroker(key)
  }

  /// Nil if allowed; each call has a token of its own, so that no token cache answers.
  private func reason(_ verifier: TokenVerifier, _ key: TestKey, kid: String? = nil) async throws -> Refusal.Reason? {
    var token = TestToken(scope: "dispositivo:isee", kid: kid ?? key.id, now: broker.clock.now)
    token.claims["jti"] = "\"\(UInt64.random(in: 0 ... .max))\""
    let header = "Bearer " + (try token.signed(by: key))
    switch try await verifier.judge(authorizations: [header], demand: ScopeDemand(.dispositive, "isee")) {
    case .allowed: return nil
    case .refused(let refusal): return refusal.reason
    }
  }

  private func expectUnavailable(_ verifier: TokenVerifier, _ key: TestKey) async {
    await #expect(throws: ScopeGuardFault.keysUnavailable(retryAfter: 10)) { try await reason(verifier, key) }
  }

  @Test func keysAreFetchedOnceAndKept() async throws {
    let verifier = broker.verifier()
    for _ in 0..<10 { #expect(try await reason(verifier, key) == nil) }
    #expect(broker.fetches == 1)
  }

  @Test func aRotationIsNoticedByTheFirstNewTokenWithOneFetch() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    broker.publish(key, next)
    #expect(try await reason(verifier, next) == nil)
    #expect(try await reason(verifier, next) == nil)
    #expect(try await reason(verifier, key) == nil)
    #expect(broker.fetches == 2)
  }

  @Test func hostileKeyIdsDoNotHammerTheBroker() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    for index in 0..<200 { #expect(try await reason(verifier, next, kid: "invented-\(index)") == .unknownKey) }
    #expect(broker.fetches == 2)
    broker.clock.advance(.seconds(9))
    #expect(try await reason(verifier, next) == .unknownKey)
    #expect(broker.fetches == 2)
    broker.clock.advance(.seconds(1))
    #expect(try await reason(verifier, next) == .unknownKey)
    #expect(broker.fetches == 3)
  }

  @Test func aHostileKeyIdAtTheStartIsOneFetchToo() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, next) == .unknownKey)
    #expect(broker.fetches == 1)
  }

  @Test func manyRequestsAtOnceMakeOneFetch() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    broker.hold(until: gate)
    let verifier = broker.verifier()
    try await withThrowingTaskGroup(of: Refusal.Reason?.self) { group in
      for _ in 0..<50 { group.addTask { try await reason(verifier, key) } }
      while broker.fetches == 0 { await Task.yield() }
      open.finish()
      for try await found in group { #expect(found == nil) }
    }
    #expect(broker.fetches == 1)
  }

  @Test func keysAreRefreshedAfterFiveMinutesAndAWithdrawnOneIsGone() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    broker.publish(next)
    broker.clock.advance(.seconds(299))
    #expect(try await reason(verifier, key) == nil)
    broker.clock.advance(.seconds(1))
    #expect(try await reason(verifier, key) == .unknownKey)
    #expect(try await reason(verifier, next) == nil)
    #expect(broker.fetches == 2)
  }

  @Test func theLastGoodKeysServeWhileTheBrokerIsDown() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    broker.goDown()
    for _ in 0..<5 {
      broker.clock.advance(.minutes(6))
      #expect(try await reason(verifier, key) == nil)
    }
    #expect(broker.fetches >= 2)
    await expectUnavailable(verifier, next)
  }

  @Test func aBrokerThatHangsAfterAFailureSlowsNobodyDown() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    broker.goDown()
    broker.clock.advance(.minutes(6))
    #expect(try await reason(verifier, key) == nil)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    broker.hold(until: gate)
    broker.clock.advance(.seconds(10))
    for _ in 0..<3 { #expect(try await reason(verifier, key) == nil) }
    open.finish()
  }

  @Test func keysThatAreTooStaleNoLongerServe() async throws {
    let verifier = broker.verifier(broker.cache(staleLimit: .hours(1)))
    #expect(try await reason(verifier, key) == nil)
    broker.goDown()
    broker.clock.advance(.minutes(59))
    #expect(try await reason(verifier, key) == nil)
    broker.clock.advance(.minutes(1))
    await expectUnavailable(verifier, key)
    broker.comeBack()
    broker.clock.advance(.seconds(10))
    #expect(try await reason(verifier, key) == nil)
  }

  @Test func withoutAnyKeyNothingIsLetThroughAndTheBrokerIsAskedSeldom() async throws {
    broker.goDown()
    let verifier = broker.verifier()
    for _ in 0..<20 { await expectUnavailable(verifier, key) }
    #expect(broker.fetches == 1)
    broker.comeBack()
    broker.clock.advance(.seconds(2))
    #expect(try await reason(verifier, key) == nil)
  }

  @Test func aSetClockBackDoesNotStopTheFetching() async throws {
    let verifier = broker.verifier()
    #expect(try await reason(verifier, key) == nil)
    broker.clock.advance(.hours(-2))
    broker.publish(next)
    #expect(try await reason(verifier, next) == nil)
  }
}

/// What a key set may hold besides keys for us.
struct KeySetTests {
  @Test func keysForOthersArePassedOver() async throws {
    let key = try await TestKey.es256("k1")
    let clock = ManualClock()
    let odd = """
      {"kty":"OKP","crv":"Ed25519","kid":"o","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"p"},
      {"kty":"oct","kid":"k1","k":"AAAA"},"text",{"kty":"EC","crv":"P-384","kid":"q","x":"AA","y":"AA"}
      """
    let cache = JWKSCache(now: { clock.now }, fetch: { Array("{\"keys\":[\(odd),\(key.jwk)]}".utf8) })
    let verifier = TokenVerifier(
      issuer: TestBroker.issuer, resource: TestBroker.resource, keys: cache, now: { clock.now })
    let token = try TestToken(scope: "dispositivo:isee", kid: "k1", now: clock.now).signed(by: key)
    let verdict = try await verifier.judge(
      authorizations: ["Bearer \(token)"], demand: ScopeDemand(.dispositive, "isee"))
    guard case .allowed = verdict else {
      Issue.record("refused")
      return
    }
  }

  @Test(arguments: ["", "{}", "[]", "{\"keys\":[]}", "{\"keys\":7}", "<html>", "{\"keys\":[{\"kty\":\"EC\"}]}"])
  func whatIsNoKeySetIsAFailedFetch(text: String) async throws {
    let clock = ManualClock()
    let cache = JWKSCache(now: { clock.now }, fetch: { Array(text.utf8) })
    let verifier = TokenVerifier(issuer: "i", resource: "r", keys: cache, now: { clock.now })
    let key = try await TestKey.es256("k1")
    let token = try TestToken(scope: "", kid: "k1", now: clock.now).signed(by: key)
    await #expect(throws: ScopeGuardFault.self) {
      try await verifier.judge(authorizations: ["Bearer \(token)"], demand: ScopeDemand(.dispositive, "isee"))
    }
  }
}
