public import AccessModel
public import BrokerStore
import Crypto
import Synchronization

/// What a cached decision is about, as a hash: no token lies in the cache.
public struct DecisionKey: Sendable, Hashable {
  fileprivate let words: (UInt64, UInt64, UInt64, UInt64)

  public init(token: String, host: String, demand: String) {
    var hash = SHA256()
    var text = token
    text.reserveCapacity(text.utf8.count + host.utf8.count + demand.utf8.count + 2)
    text.append("\u{0}")
    text.append(host)
    text.append("\u{0}")
    text.append(demand)
    text.withUTF8 { bytes in unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(bytes)) }
    words = unsafe hash.finalize().withUnsafeBytes {
      unsafe $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }
  }

  public static func == (left: DecisionKey, right: DecisionKey) -> Bool { left.words == right.words }
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Allowed decisions, 5 seconds at most (architecture section 7); refusals are never kept.
///
/// An entry is good only while the revocation epoch is the one it was filled under, and until the time at which the
/// decision itself ends, so that freshness and expiry are judged again on every hit.
public final class DecisionCache<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let value: Value
    let epoch: Int64
    let filledAt: Instant
    let holdsUntil: Instant
    let isDispositive: Bool
  }

  private let shards: [CacheShard<DecisionKey, Entry>]
  private let epoch: RevocationEpoch
  private let lifetime: TimeSpan

  /// - Parameters:
  ///   - lifetime: 5 seconds at most.
  ///   - capacity: how many decisions to keep; the oldest go first.
  public init(epoch: RevocationEpoch, lifetime: TimeSpan = .seconds(5), capacity: Int = 64_000) {
    self.epoch = epoch
    self.lifetime = min(lifetime, .seconds(5))
    shards = (0..<16).map { _ in CacheShard(capacity: max(1, capacity / 16)) }
  }

  /// To be read before the store is read, and given to ``insert(_:for:filledUnder:at:holdsUntil:isDispositive:)``.
  public var currentEpoch: Int64 { epoch.current }

  /// A decision that is as good as new.
  public func value(for key: DecisionKey, at now: Instant) -> Value? {
    guard let entry = shard(key).entry(key), entry.epoch == epoch.current, now < entry.holdsUntil,
      now < entry.filledAt + lifetime, entry.filledAt <= now + .seconds(2)
    else { return nil }
    return entry.value
  }

  /// A decision to go on with while the store is away (safety sentence 9): consultation for 5 minutes at most,
  /// dispositive for 30 seconds.
  public func valueWithoutStore(for key: DecisionKey, at now: Instant) -> Value? {
    guard let entry = shard(key).entry(key), entry.epoch == epoch.current, now < entry.holdsUntil,
      now < entry.filledAt + (entry.isDispositive ? .seconds(30) : .minutes(5)), entry.filledAt <= now + .seconds(2)
    else { return nil }
    return entry.value
  }

  public func insert(
    _ value: Value, for key: DecisionKey, filledUnder epoch: Int64, at now: Instant, holdsUntil: Instant,
    isDispositive: Bool
  ) {
    guard epoch == self.epoch.current else { return }
    shard(key).insert(
      Entry(value: value, epoch: epoch, filledAt: now, holdsUntil: holdsUntil, isDispositive: isDispositive), for: key)
  }

  private func shard(_ key: DecisionKey) -> CacheShard<DecisionKey, Entry> { shards[Int(key.words.1 & 15)] }
}

/// A part of a cache with a lock of its own, held for a look-up and never across an `await`.
private final class CacheShard<Key: Hashable & Sendable, Entry: Sendable>: Sendable {
  private let capacity: Int
  private let state = Mutex<(young: [Key: Entry], old: [Key: Entry])>(([:], [:]))

  init(capacity: Int) { self.capacity = capacity }

  func entry(_ key: Key) -> Entry? {
    state.withLock { $0.young[key] ?? $0.old[key] }
  }

  /// Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
  func insert(_ entry: Entry, for key: Key) {
    state.withLock { state in
      if state.young.count >= capacity / 2 {
        state.old = state.young
        state.young = [:]
      }
      state.young[key] = entry
    }
  }
}
