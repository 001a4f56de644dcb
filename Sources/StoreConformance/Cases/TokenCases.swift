import AccessModel
import BrokerStore

/// Access and refresh tokens (rule R3).
enum TokenCases {
  static let all = [
    StoreCase("a token stands until it is revoked", revocation),
    StoreCase("a token stands only while its session does", endsWithSession),
    StoreCase("a refresh token is rotated once of sixty-four uses", rotatedOnce),
    StoreCase("a rotated refresh token revokes its family, after the grace", reuse),
    StoreCase("a refresh token that expired is unknown", expired),
    StoreCase("an unknown refresh token is unknown, and so is another client's", unknown),
    StoreCase("nothing is issued on a session that has ended", endedSession),
    StoreCase("nothing is rotated in a family that has ended", endedFamily),
  ]

  private static let grace = TimeSpan.seconds(10)

  static func access(_ person: LoggedIn, jti: String = "jti-1", _ bench: Bench) -> IssuedAccessToken {
    IssuedAccessToken(
      jti: jti, family: "family-1", session: person.session, clientID: LoggedIn.client, scope: "consultazione:x",
      audience: "a", issuedAt: bench.clock.now, expiresAt: bench.clock.now + .minutes(15))
  }

  static func refresh(_ bench: Bench) -> NewRefreshToken {
    NewRefreshToken(
      hash: bench.hash(), scope: "consultazione:x", resource: "", expiresAt: bench.clock.now + .hours(1))
  }

  /// Stores what the person's code earns.
  static func issue(
    _ person: LoggedIn, _ ledger: Ledger, _ bench: Bench
  ) async throws -> (access: IssuedAccessToken, refresh: NewRefreshToken) {
    let refresh = refresh(bench)
    let access = access(person, bench)
    let family = NewFamily(
      id: "family-1", code: person.code.hash, session: person.session, isOffline: false,
      expiresAt: bench.clock.now + .hours(1))
    try await TokenStore(ledger).issue(
      TokenIssue(access: access, family: family, refresh: refresh), at: bench.clock.now,
      audit: bench.entry(.tokenIssued))
    return (access, refresh)
  }

  /// Uses the person's code up and stores what it earns.
  static func redeem(
    _ person: LoggedIn, _ ledger: Ledger, _ bench: Bench
  ) async throws -> (access: IssuedAccessToken, refresh: NewRefreshToken) {
    _ = try await CodeStore(ledger).consume(
      person.code.hash, client: LoggedIn.client, at: bench.clock.now, reuse: bench.entry(.reuseDetected))
    return try await issue(person, ledger, bench)
  }

  /// A person whose code has been redeemed.
  private static func holder(
    _ ledger: Ledger, _ bench: Bench
  ) async throws -> (person: LoggedIn, access: IssuedAccessToken, refresh: NewRefreshToken) {
    let person = try await LoggedIn.make(ledger, bench)
    let issued = try await redeem(person, ledger, bench)
    return (person, issued.access, issued.refresh)
  }

  private static func look(
    _ token: NewRefreshToken, client: String = LoggedIn.client, _ ledger: Ledger, _ bench: Bench
  ) async throws -> TokenStore.RefreshLookup {
    try await TokenStore(ledger).refreshToken(
      token.hash, client: client, at: bench.clock.now, grace: grace, reuse: bench.entry(.reuseDetected))
  }

  private static func liveGrant(
    _ token: NewRefreshToken, _ ledger: Ledger, _ bench: Bench
  ) async throws -> RefreshGrant {
    guard case .live(let grant) = try await look(token, ledger, bench) else {
      throw BrokenPromise(sentence: "a fresh refresh token is not live")
    }
    return grant
  }

  @Sendable private static func revocation(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    let store = TokenStore(second)
    let standing = try await store.standing(of: holder.access.jti, at: bench.clock.now)
    try demand(standing?.token == holder.access, "the token is not as issued")
    try demand(standing?.session?.citizen.id == holder.person.citizen.id, "the session is not the person's")
    let others = try await store.revoke(
      jti: holder.access.jti, client: "another", at: bench.clock.now, audit: bench.entry(.tokenRevoked))
    try demand(!others, "another client revoked it")
    let won = try await bench.crowd(64, first, second) { ledger, _ in
      try await TokenStore(ledger).revoke(
        jti: holder.access.jti, client: LoggedIn.client, at: bench.clock.now, audit: bench.entry(.tokenRevoked))
    }
    try demand(won.count { $0 } == 1, "\(won.count { $0 }) of 64 revoked it")
    try demand(try await store.standing(of: holder.access.jti, at: bench.clock.now) == nil, "it stands")
    try demand(try await store.standing(of: "nothing", at: bench.clock.now) == nil, "an unknown token stands")
  }

  @Sendable private static func endsWithSession(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    try await SessionStore(first).end(
      holder.person.session, reason: "logout", at: bench.clock.now, audit: bench.entry(.sessionEnded))
    try demand(try await TokenStore(second).standing(of: holder.access.jti, at: bench.clock.now) == nil, "it stands")
    try demand(try await look(holder.refresh, second, bench) == .unknown, "its refresh token lives")
  }

  @Sendable private static func rotatedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    let grant = try await liveGrant(holder.refresh, second, bench)
    let won = try await bench.crowd(64, first, second) { ledger, caller in
      do {
        try await TokenStore(ledger).rotate(
          holder.refresh.hash, of: grant, to: refresh(bench),
          access: access(holder.person, jti: "next-\(caller)", bench), at: bench.clock.now,
          audit: bench.entry(.tokenIssued))
        return true
      } catch StoreError.conflict {
        return false
      }
    }
    try demand(won.count { $0 } == 1, "\(won.count { $0 }) of 64 rotated it")
    try demand(try await bench.first.rows("SELECT hash FROM refresh_tokens") == 2, "losers left refresh tokens")
    try demand(try await bench.first.rows("SELECT jti FROM access_tokens") == 2, "losers left access tokens")
  }

  @Sendable private static func reuse(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    let next = refresh(bench)
    try await TokenStore(first).rotate(
      holder.refresh.hash, of: try await liveGrant(holder.refresh, second, bench), to: next,
      access: access(holder.person, jti: "jti-2", bench), at: bench.clock.now, audit: bench.entry(.tokenIssued))
    bench.clock.advance(by: .seconds(9))
    try demand(try await look(holder.refresh, second, bench) == .justRotated, "a second tab did harm")
    _ = try await liveGrant(next, second, bench)
    bench.clock.advance(by: .seconds(1))
    try demand(try await look(holder.refresh, second, bench) == .reused, "a stolen token was not noticed")
    try demand(try await look(next, first, bench) == .unknown, "the family lives on")
    for jti in [holder.access.jti, "jti-2"] {
      try demand(try await TokenStore(first).standing(of: jti, at: bench.clock.now) == nil, "\(jti) stands")
    }
  }

  @Sendable private static func expired(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    bench.clock.advance(by: .hours(1))
    try demand(try await look(holder.refresh, second, bench) == .unknown, "an expired refresh token lives")
  }

  @Sendable private static func unknown(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    try demand(try await look(refresh(bench), second, bench) == .unknown, "an unknown refresh token lives")
    try demand(
      try await look(holder.refresh, client: "another", second, bench) == .unknown, "another client may use it")
    _ = try await liveGrant(holder.refresh, first, bench)
  }

  @Sendable private static func endedSession(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    try await SessionStore(second).end(
      person.session, reason: "logout", at: bench.clock.now, audit: bench.entry(.sessionEnded))
    try await demand(.conflict, "tokens on an ended session") { _ = try await issue(person, first, bench) }
    try demand(try await bench.first.rows("SELECT id FROM families") == 0, "a family was left")
  }

  @Sendable private static func endedFamily(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let holder = try await holder(first, bench)
    let grant = try await liveGrant(holder.refresh, second, bench)
    try await TokenStore(second).end(
      family: grant.family, reason: "revoked", at: bench.clock.now, audit: bench.entry(.tokenRevoked))
    try await demand(.conflict, "a rotation in an ended family") {
      try await TokenStore(first).rotate(
        holder.refresh.hash, of: grant, to: refresh(bench), access: access(holder.person, jti: "jti-2", bench),
        at: bench.clock.now, audit: bench.entry(.tokenIssued))
    }
  }
}
