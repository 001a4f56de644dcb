import AccessModel
import BrokerCore
import BrokerStore

/// Sessions, and what may not open one.
enum SessionCases {
  static let all = [
    StoreCase("a session comes back as opened", comesBack),
    StoreCase("an unknown session is none", unknown),
    StoreCase("a session ends with its idle time and its whole time", times),
    StoreCase("a session is ended once of sixty-four times", endedOnce),
    StoreCase("a step-up changes the handle and adds to the session", stepUp),
    StoreCase("nobody steps up another citizen's session", stepUpOfAnother),
    StoreCase("a login and a suspension cannot cross", suspended),
    StoreCase("a login and a revocation of its PIN cannot cross", revokedPIN),
    StoreCase("a suspension ends every session of the citizen", suspensionEnds),
    StoreCase("of a change and a login with the old PIN, none survives the change", changedPIN),
  ]

  private static func live(_ person: LoggedIn, _ ledger: Ledger, _ bench: Bench) async throws -> Session? {
    try await SessionStore(ledger).session(handle: person.handle, client: LoggedIn.client, at: bench.clock.now)
  }

  @Sendable private static func comesBack(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let session = try await live(person, second, bench)
    try demand(session?.id == person.session && session?.citizen == person.citizen, "the session is another")
    try demand(session?.authentications.map(\.credential) == [person.pin.id], "the authentications are others")
    try demand(session?.createdAt == bench.clock.now, "the time is another")
    try demand(try await SessionStore(second).session(person.session, at: bench.clock.now) == session, "not by id")
  }

  @Sendable private static func unknown(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let store = SessionStore(second)
    let now = bench.clock.now
    try demand(try await store.session("nothing", at: now) == nil, "an unknown id has a session")
    try demand(try await store.session(handle: bench.hash(), client: LoggedIn.client, at: now) == nil, "a handle has")
    try demand(try await store.session(handle: person.handle, client: "another", at: now) == nil, "another client has")
    let ended = try await store.end("nothing", reason: "x", at: now, audit: bench.entry(.sessionEnded))
    try demand(!ended, "an unknown session was ended")
  }

  @Sendable private static func times(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    bench.clock.advance(by: .seconds(1799))
    try demand(try await live(person, second, bench) != nil, "it ended before its idle time")
    bench.clock.advance(by: .seconds(1))
    try demand(try await live(person, second, bench) == nil, "it outlived its idle time")
    let busy = SessionStore(second, limits: SessionLimits(idle: .days(2)))
    bench.clock.advance(by: .hours(11))
    try demand(try await busy.session(person.session, at: bench.clock.now) != nil, "it ended before its time")
    bench.clock.advance(by: .minutes(30))
    try demand(try await busy.session(person.session, at: bench.clock.now) == nil, "it outlived its time")
  }

  @Sendable private static func endedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let won = try await bench.crowd(64, first, second) { ledger, _ in
      try await SessionStore(ledger).end(
        person.session, reason: "logout", at: bench.clock.now, audit: bench.entry(.sessionEnded))
    }
    try demand(won.count { $0 } == 1, "\(won.count { $0 }) ended it")
    let records = try await bench.first.rows("SELECT seq FROM audit WHERE kind = 'session-ended'")
    try demand(records == 1, "there are \(records) records")
    try demand(try await live(person, second, bench) == nil, "it lives")
  }

  @Sendable private static func stepUp(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let handle = bench.hash()
    let opening = LoggedIn.opening(
      person.citizen, person.pin.id, stepUpOf: person.session, handle: handle, code: LoggedIn.code(bench), bench)
    try await SessionStore(second).open(opening, at: bench.clock.now, audit: bench.entry(.stepUp))
    try demand(try await live(person, first, bench) == nil, "the old handle still opens it")
    let session = try await SessionStore(first).session(handle: handle, client: LoggedIn.client, at: bench.clock.now)
    try demand(session?.id == person.session, "the new handle does not open it")
    try demand(session?.authentications.count == 2, "it has \(session?.authentications.count ?? 0) authentications")
  }

  @Sendable private static func stepUpOfAnother(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let other = try await CitizenCases.add(first, bench, 1)
    let opening = LoggedIn.opening(
      other, nil, stepUpOf: person.session, handle: bench.hash(), code: LoggedIn.code(bench), bench)
    try await demand(.conflict, "another citizen's step-up") {
      try await SessionStore(second).open(opening, at: bench.clock.now, audit: bench.entry(.stepUp))
    }
    try demand(try await live(person, second, bench)?.authentications.count == 1, "it was changed")
  }

  private static func demandNoLogin(
    _ person: LoggedIn, _ ledger: Ledger, _ bench: Bench, _ sentence: String
  ) async throws {
    let opening = LoggedIn.opening(
      person.citizen, person.pin.id, id: "late", handle: bench.hash(), code: LoggedIn.code(bench), bench)
    try await demand(.conflict, sentence) {
      try await SessionStore(ledger).open(opening, at: bench.clock.now, audit: bench.entry(.login))
    }
    try demand(try await bench.first.rows("SELECT id FROM sessions WHERE id = 'late'") == 0, "a session was left")
  }

  @Sendable private static func suspended(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    try await CitizenStore(first).setState(.suspended, of: person.citizen.id, audit: bench.entry())
    try await demandNoLogin(person, second, bench, "a login of somebody suspended")
  }

  @Sendable private static func revokedPIN(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    try await PINStore(first).revoke(
      person.pin.id, reason: "lost", at: bench.clock.now, audit: bench.entry(.pinRevoked))
    try await demandNoLogin(person, second, bench, "a login with a revoked PIN")
    try demand(try await live(person, second, bench) == nil, "the session that rested on it lives")
  }

  @Sendable private static func suspensionEnds(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    try await CitizenStore(second).setState(.suspended, of: person.citizen.id, audit: bench.entry())
    try await CitizenStore(second).setState(.active, of: person.citizen.id, audit: bench.entry())
    try demand(try await live(person, first, bench) == nil, "a session came back with its citizen")
  }

  @Sendable private static func changedPIN(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let person = try await LoggedIn.make(first, bench)
    let proof = LoggedIn.opening(
      person.citizen, person.pin.id, id: "late", handle: bench.hash(), code: LoggedIn.code(bench), bench)
    bench.clock.advance(by: .seconds(1))
    _ = try await PINStore(first).change(
      person.pin, to: person.pin.sealed, provenAt: bench.clock.now, sparing: person.session, at: bench.clock.now,
      audit: bench.entry(.pinChanged))
    try await demand(.conflict, "a login with the PIN before") {
      try await SessionStore(second).open(proof, at: bench.clock.now, audit: bench.entry(.login))
    }
    try demand(try await live(person, second, bench) != nil, "the session that made the change was not spared")
  }
}
