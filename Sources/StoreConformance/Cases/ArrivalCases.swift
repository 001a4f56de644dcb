import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing

/// Arrivals: bound to one browser, confirmed once, taken once.
enum ArrivalCases {
  static let all = [
    StoreCase("an arrival that is complete is taken once of sixty-four times", takenOnce),
    StoreCase("an arrival is bound to one of sixty-four browsers", boundOnce),
    StoreCase("what is bound to a browser is completed by a code from that browser only, and once", confirmed),
    StoreCase("a program cannot complete what a browser has taken", noProgram),
    StoreCase("of a program and a browser one gets the arrival", race),
    StoreCase("an arrival whose time is over is not there", expired),
    StoreCase("an arrival that somebody rejected ends its conversation", rejected),
    StoreCase("a later card takes the place of an earlier one, and the earlier code is worth nothing", replaced),
    StoreCase("the third wrong answer ends the step", misses),
    StoreCase("something is shown twenty times for a step, and not once more", tries),
  ]

  private static let sealed = SealedValue(keyID: "kek-1", bytes: [1, 2])
  private static let outcome = SealedValue(keyID: "kek-1", bytes: [3])

  private static func insert(_ bench: Bench, _ ledger: Ledger) async throws -> [UInt8] {
    let hash = bench.hash()
    let until = bench.clock.now + .minutes(10)
    let conversation = StoredConversation(
      clientID: "app", sealed: sealed, proof: nil, session: nil, expiresAt: until)
    let arrival = StoredArrival(instance: "cns", clientID: "app", sealed: sealed, expiresAt: until)
    try await ConversationStore(ledger).insert(conversation, hash: bench.hash(), arrival: (hash, arrival))
    return hash
  }

  @Sendable private static func takenOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let early = try await ArrivalStore(second).take(hash, at: bench.clock.now)
    try demand(early == nil, "it was taken before anybody had come back")
    let done = try await ArrivalStore(first).complete(hash, outcome, at: bench.clock.now)
    try demand(done, "it was not completed")
    let winners = try await bench.crowd(64, first, second) { ledger, _ in
      try await ArrivalStore(ledger).take(hash, at: bench.clock.now)
    }.compactMap { $0 }
    try demand(winners.map(\.sealed) == [outcome], "\(winners.count) of 64 took it, or it was changed")
  }

  @Sendable private static func boundOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let winners = try await bench.crowd(64, first, second) { ledger, number in
      try await ArrivalStore(ledger).bind(hash, to: [UInt8(number)], at: bench.clock.now) ? UInt8(number) : nil
    }.compactMap { $0 }
    try demand(winners.count == 1, "\(winners.count) browsers got it")
    let again = try await ArrivalStore(second).bind(hash, to: winners, at: bench.clock.now)
    try demand(again, "the browser that has it could not reload its page")
  }

  @Sendable private static func confirmed(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let (one, two) = (ArrivalStore(first), ArrivalStore(second))
    let hash = try await insert(bench, first)
    let (browser, code) = (bench.hash(), bench.hash())
    let unbound = try await one.propose(hash, outcome, code: code, answer: [7], at: bench.clock.now)
    try demand(!unbound, "a code was given to a step that no browser has taken")
    _ = try await one.bind(hash, to: browser, at: bench.clock.now)
    let proposed = try await one.propose(hash, outcome, code: code, answer: [7], at: bench.clock.now)
    try demand(proposed, "nothing was proposed")
    let stranger = try await two.confirm(code: code, answer: [7], browser: bench.hash(), at: bench.clock.now)
    try demand(stranger == .over, "another browser confirmed it")
    let early = try await two.take(hash, at: bench.clock.now)
    try demand(early == nil, "it went on without a confirmation")
    let winners = try await bench.crowd(64, first, second) { ledger, _ in
      try await ArrivalStore(ledger).confirm(code: code, answer: [7], browser: browser, at: bench.clock.now)
    }.filter { $0 == .done }
    try demand(winners.count == 1, "\(winners.count) of 64 confirmed it")
    let taken = try await two.take(hash, at: bench.clock.now)
    try demand(taken?.sealed == outcome, "what was confirmed is not there")
  }

  @Sendable private static func noProgram(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    _ = try await ArrivalStore(first).bind(hash, to: bench.hash(), at: bench.clock.now)
    let done = try await ArrivalStore(second).complete(hash, outcome, at: bench.clock.now)
    try demand(!done, "a program completed a browser's step")
  }

  @Sendable private static func race(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let browser = bench.hash()
    let won = try await bench.crowd(64, first, second) { ledger, number in
      number < 32
        ? try await ArrivalStore(ledger).complete(hash, outcome, at: bench.clock.now)
        : try await ArrivalStore(ledger).bind(hash, to: browser, at: bench.clock.now)
    }
    let programs = won[..<32].count { $0 }
    let browsers = won[32...].count { $0 }
    try demand(programs <= 1 && (programs == 1) == (browsers == 0), "\(programs) programs and \(browsers) browsers")
  }

  @Sendable private static func expired(_ bench: Bench) async throws {
    let (first, _) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    bench.clock.advance(by: .minutes(10))
    let store = ArrivalStore(first)
    let found = try await store.arrival(hash, at: bench.clock.now)
    let done = try await store.complete(hash, outcome, at: bench.clock.now)
    let bound = try await store.bind(hash, to: [1], at: bench.clock.now)
    try demand(found == nil && !done && !bound, "it was still good at its end")
  }

  @Sendable private static func rejected(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let (browser, code) = (bench.hash(), bench.hash())
    _ = try await ArrivalStore(first).bind(hash, to: browser, at: bench.clock.now)
    _ = try await ArrivalStore(first).propose(hash, outcome, code: code, answer: [7], at: bench.clock.now)
    try await ArrivalStore(second).reject(code: code, browser: bench.hash(), audit: bench.entry())
    let kept = try await ArrivalStore(first).arrival(hash, at: bench.clock.now)
    try demand(kept?.state == .proposed, "another browser rejected it")
    try await ArrivalStore(second).reject(code: code, browser: browser, audit: bench.entry())
    let taken = try await ArrivalStore(first).take(hash, at: bench.clock.now)
    try demand(taken?.state == .rejected, "the conversation does not learn that it was rejected")
  }

  @Sendable private static func replaced(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let (browser, before, after) = (bench.hash(), bench.hash(), bench.hash())
    _ = try await ArrivalStore(first).bind(hash, to: browser, at: bench.clock.now)
    _ = try await ArrivalStore(first).propose(hash, sealed, code: before, answer: [7], at: bench.clock.now)
    _ = try await ArrivalStore(second).propose(hash, outcome, code: after, answer: [7], at: bench.clock.now)
    let early = try await ArrivalStore(first).confirm(code: before, answer: [7], browser: browser, at: bench.clock.now)
    let late = try await ArrivalStore(first).confirm(code: after, answer: [7], browser: browser, at: bench.clock.now)
    let taken = try await ArrivalStore(first).take(hash, at: bench.clock.now)
    try demand(early == .over && late == .done && taken?.sealed == outcome, "the earlier card counted")
  }

  @Sendable private static func misses(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let (browser, code) = (bench.hash(), bench.hash())
    _ = try await ArrivalStore(first).bind(hash, to: browser, at: bench.clock.now)
    _ = try await ArrivalStore(first).propose(hash, outcome, code: code, answer: [7], at: bench.clock.now)
    let answers: [[UInt8]] = [[1], [2], [3], [7]]
    var found: [ArrivalConfirmation] = []
    for answer in answers {
      found.append(
        try await ArrivalStore(second).confirm(code: code, answer: answer, browser: browser, at: bench.clock.now))
    }
    try demand(found == [.wrong, .wrong, .over, .over], "the answers were \(found)")
  }

  @Sendable private static func tries(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let hash = try await insert(bench, first)
    let counted = try await bench.crowd(64, first, second) { ledger, _ in
      try await ArrivalStore(ledger).attempt(hash, at: bench.clock.now) != nil
    }
    try demand(counted.count { $0 } == ArrivalStore.maximumTries, "\(counted.count { $0 }) of 64 were looked at")
  }
}
