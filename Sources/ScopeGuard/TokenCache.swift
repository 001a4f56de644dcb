import AccessModel
import Crypto
import Synchronization

/// Tokens whose signature has been checked, by the SHA-256 of their bytes, for five seconds at most.
///
/// Two generations: when the younger is full or five seconds old it becomes the older, and the older is dropped. So the
/// bound costs nothing per request and needs no list of what was used when.
final class TokenCache: Sendable {
  typealias Key = SHA256.Digest

  private struct Entry {
    let token: VerifiedToken
    let since: Instant
  }

  private struct Generations {
    var young: [Key: Entry] = [:]
    var old: [Key: Entry] = [:]
    var youngSince: Instant?
  }

  static let lifetime = TimeSpan.seconds(5)

  private let generationLimit: Int
  private let generations = Mutex(Generations())

  /// - Parameter capacity: how many tokens are kept at most.
  init(capacity: Int = 10_000) { generationLimit = max(1, capacity / 2) }

  static func key(for token: [UInt8]) -> Key { SHA256.hash(data: token) }

  /// A token that was verified not longer than five seconds ago. Whether it is still valid is asked elsewhere.
  func token(for key: Key, at now: Instant) -> VerifiedToken? {
    generations.withLock { generations in
      guard let entry = generations.young[key] ?? generations.old[key] else { return nil }
      return TokenCache.isRecent(entry.since, at: now) ? entry.token : nil
    }
  }

  func insert(_ token: VerifiedToken, for key: Key, at now: Instant) {
    generations.withLock { generations in
      let isYoung = generations.youngSince.map { TokenCache.isRecent($0, at: now) } ?? false
      if !isYoung || generations.young.count >= generationLimit {
        generations.old = generations.young
        generations.young = [:]
        generations.youngSince = now
      }
      generations.young[key] = Entry(token: token, since: now)
    }
  }

  var count: Int { generations.withLock { $0.young.count + $0.old.count } }

  /// A time in the future is not recent: the clock was set back.
  private static func isRecent(_ time: Instant, at now: Instant) -> Bool {
    time <= now && now - time < lifetime
  }
}
