import AccessModel
import SQLiteDriver
import Synchronization
import Testing

@testable import BrokerStore
@testable import TokenService

@Suite struct DecisionCacheTests {
  private let now = Instant(seconds: 1_800_000_000)
  private let key = DecisionKey(token: "t", host: "portal.test", demand: "dispositivo:apply")

  private func cache(_ epoch: RevocationEpoch = RevocationEpoch(), capacity: Int = 1000) -> DecisionCache<String> {
    DecisionCache(epoch: epoch, capacity: capacity)
  }

  private func fill(
    _ cache: DecisionCache<String>, holdsFor: TimeSpan = .hours(1), dispositive: Bool = false, under epoch: Int64? = nil
  ) {
    cache.insert(
      "yes", for: key, filledUnder: epoch ?? cache.currentEpoch, at: now, holdsUntil: now + holdsFor,
      isDispositive: dispositive)
  }

  @Test(
    arguments: [(0, true), (4_999, true), (5_000, false), (60_000, false), (-2_000, true), (-2_001, false)]
      as [(Int64, Bool)])
  func aDecisionIsAsGoodAsNewForFiveSeconds(age: Int64, good: Bool) {
    let cache = cache()
    fill(cache)
    #expect((cache.value(for: key, at: now + .milliseconds(age)) != nil) == good)
  }

  @Test func nothingLongerThanFiveSecondsCanBeConfigured() {
    let cache = DecisionCache<String>(epoch: RevocationEpoch(), lifetime: .minutes(5))
    fill(cache)
    #expect(cache.value(for: key, at: now + .seconds(5)) == nil)
  }

  @Test func r1FreshnessAndExpiryAreJudgedOnEveryHit() {
    let cache = cache()
    fill(cache, holdsFor: .seconds(2))
    #expect(cache.value(for: key, at: now + .milliseconds(1_999)) == "yes")
    #expect(cache.value(for: key, at: now + .seconds(2)) == nil)
    #expect(cache.valueWithoutStore(for: key, at: now + .seconds(2)) == nil)
  }

  @Test func theKeyIsTokenHostAndDemandTogether() {
    let cache = cache()
    fill(cache)
    let others = [
      DecisionKey(token: "u", host: "portal.test", demand: "dispositivo:apply"),
      DecisionKey(token: "t", host: "other.test", demand: "dispositivo:apply"),
      DecisionKey(token: "t", host: "portal.test", demand: "consultazione:apply"),
      DecisionKey(token: "tportal.test", host: "", demand: "dispositivo:apply"),
    ]
    for other in others { #expect(cache.value(for: other, at: now) == nil) }
    let same = DecisionKey(token: "t", host: "portal.test", demand: "dispositivo:apply")
    #expect(cache.value(for: same, at: now) == "yes")
  }

  // MARK: Fill and revocation do not cross

  @Test func aRevocationEndsWhatWasFilledBefore() {
    let epoch = RevocationEpoch()
    let cache = cache(epoch)
    fill(cache)
    epoch.advance(to: 1)
    #expect(cache.value(for: key, at: now) == nil)
    #expect(cache.valueWithoutStore(for: key, at: now) == nil)
  }

  @Test func aFillThatBeganBeforeARevocationIsNotUsed() {
    let epoch = RevocationEpoch()
    let cache = cache(epoch)
    let before = cache.currentEpoch
    epoch.advance(to: 1)
    fill(cache, under: before)
    #expect(cache.value(for: key, at: now) == nil)
    fill(cache)
    #expect(cache.value(for: key, at: now) == "yes")
  }

  @Test func aFlushEndsEverythingAndSwallowsNoRevocation() {
    let epoch = RevocationEpoch()
    let cache = cache(epoch)
    epoch.advance(to: 5)
    fill(cache)
    epoch.flush()
    #expect(cache.value(for: key, at: now) == nil)
    fill(cache)
    epoch.advance(to: 5)
    #expect(cache.value(for: key, at: now) == "yes", "what is known already is no news")
    epoch.advance(to: 6)
    #expect(cache.value(for: key, at: now) == nil)
  }

  @Test func anotherProcessesRevocationIsSeenAfterALook() async throws {
    let broker = try await Broker()
    let second = try await broker.secondNode()
    try await second.ledger.refreshEpoch()
    let cache = cache(second.ledger.epoch)
    let (reply, session) = try await broker.tokens()
    try await second.ledger.refreshEpoch()
    fill(cache)
    try await second.ledger.refreshEpoch()
    #expect(cache.value(for: key, at: now) == "yes")
    try await broker.endSession(session)
    #expect(try await !second.stands(reply.accessToken))
    try await second.ledger.refreshEpoch()
    #expect(cache.value(for: key, at: now) == nil)
  }

  @Test func oursIsSeenAtOnce() async throws {
    let broker = try await Broker()
    let cache = cache(broker.ledger.epoch)
    let session = try await broker.tokens().session
    fill(cache)
    try await broker.endSession(session)
    #expect(cache.value(for: key, at: now) == nil)
  }

  @Test func aLookThatFailsIsMadeUpFor() async throws {
    let broker = try await Broker()
    let flaky = FlakyDatabase(broker.ledger.database)
    let ledger = Ledger(database: flaky, audit: broker.ledger.audit)
    try await ledger.refreshEpoch()
    let before = ledger.epoch.current
    try await broker.endSession(try await broker.tokens().session)
    flaky.fail(true)
    await #expect(throws: StoreError.self) { try await ledger.refreshEpoch() }
    flaky.fail(false)
    try await ledger.refreshEpoch()
    #expect(ledger.epoch.current > before)
  }

  // MARK: While the store is away

  @Test(
    arguments: [
      (false, 299_999, true), (false, 300_000, false), (true, 29_999, true), (true, 30_000, false),
      (false, -2_001, false),
    ] as [(Bool, Int64, Bool)])
  func withoutAStoreReadingGoesOnForFiveMinutesAndDisposingForThirtySeconds(
    dispositive: Bool, age: Int64, good: Bool
  ) {
    let cache = cache()
    fill(cache, dispositive: dispositive)
    #expect((cache.valueWithoutStore(for: key, at: now + .milliseconds(age)) != nil) == good)
  }

  // MARK: Size

  @Test(arguments: [16, 160, 1600])
  func theCacheKeepsNoMoreThanItMay(capacity: Int) {
    let cache = cache(capacity: capacity)
    let keys = (0..<capacity * 5).map { DecisionKey(token: "\($0)", host: "h", demand: "d") }
    for key in keys {
      cache.insert("yes", for: key, filledUnder: 0, at: now, holdsUntil: now + .hours(1), isDispositive: false)
      #expect(cache.value(for: key, at: now) != nil, "the newest is always kept")
    }
    let kept = keys.count { cache.value(for: $0, at: now) != nil }
    #expect(kept >= capacity / 4 && kept <= max(capacity, 32))
  }

  @Test func manyMayReadAndWriteAtOnce() async {
    let epoch = RevocationEpoch()
    let cache = cache(epoch, capacity: 64)
    await withTaskGroup(of: Void.self) { group in
      for caller in 0..<16 {
        group.addTask {
          for round in 0..<200 {
            let key = DecisionKey(token: "\(round % 50)", host: "h", demand: "d")
            let seen = cache.currentEpoch
            cache.insert(
              "\(seen)", for: key, filledUnder: seen, at: now, holdsUntil: now + .hours(1), isDispositive: false)
            if caller == 0, round.isMultiple(of: 10) { epoch.flush() }
            let before = epoch.current
            if let value = cache.value(for: key, at: now) { #expect(Int64(value) ?? -1 >= before) }
          }
        }
      }
    }
  }
}

/// A database that can be made to fail its reads.
private final class FlakyDatabase: SQLDatabase {
  private let inner: any SQLDatabase
  private let isFailing = Mutex(false)

  init(_ inner: any SQLDatabase) { self.inner = inner }

  func fail(_ failing: Bool) { isFailing.withLock { $0 = failing } }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    if isFailing.withLock({ $0 }) { throw .unavailable("on purpose") }
    return try await inner.read(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Value
  ) async throws(StoreError) -> Value { try await inner.write(body) }

  func hasChanged() async throws(StoreError) -> Bool { try await inner.hasChanged() }
  func close() async {}
}
