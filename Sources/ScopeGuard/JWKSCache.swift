public import AccessModel
import Synchronization

/// The broker's public keys, fetched when needed and kept.
///
/// A key id that is not known makes it fetch again, at most once in ten seconds, so a rotation is noticed by the first
/// token signed with the new key. Keys older than five minutes are refreshed by the next request; while the broker
/// cannot be reached, the last good ones go on to serve. One fetch at a time, whoever waits.
public final class JWKSCache: Sendable {
  private struct State {
    var keys: KeyState
    var fetch: Task<Void, Never>?
  }

  private static let sizeLimit = 256 * 1024

  private let state: Mutex<State>
  private let now: @Sendable () -> Instant
  private let fetch: @Sendable () async throws -> [UInt8]

  /// - Parameters:
  ///   - staleLimit: how long keys serve that could not be fetched again; after it requests are answered with 503.
  ///   - now: the wall clock.
  ///   - fetch: gets the key set's bytes (RFC 7517 section 5), at most 256 KiB. It must come back in a bounded time.
  public init(
    staleLimit: TimeSpan = .hours(24), now: @escaping @Sendable () -> Instant,
    fetch: @escaping @Sendable () async throws -> [UInt8]
  ) {
    state = Mutex(State(keys: KeyState(staleLimit: staleLimit)))
    self.now = now
    self.fetch = fetch
  }

  /// The keys to judge a token with that names `keyID`, or nil if the broker has no such key.
  func keys(for keyID: String) async throws(ScopeGuardFault) -> VerificationKeys? {
    var hasAsked = false
    var joins = 0
    while true {
      switch decide(keyID, hasAsked: hasAsked) {
      case .answer(let keys): return keys
      case .unavailable: throw .keysUnavailable(retryAfter: KeyState.refetchInterval.seconds)
      case .wait(let task, let isOurs):
        await task.value
        // A joined fetch may have begun before the key existed, so it counts only when it is not the first.
        joins += 1
        hasAsked = isOurs || joins > 1
      }
    }
  }

  private enum Decision {
    case answer(VerificationKeys?)
    case unavailable
    case wait(Task<Void, Never>, isOurs: Bool)
  }

  private func decide(_ keyID: String, hasAsked: Bool) -> Decision {
    let now = now()
    return state.withLock { state in
      switch state.keys.step(for: keyID, at: now, hasAsked: hasAsked) {
      case .use(let keys): return .answer(keys)
      case .unknownKey: return .answer(nil)
      case .unavailable: return .unavailable
      case .join: return state.fetch.map { .wait($0, isOurs: false) } ?? .unavailable
      case .fetch(let meanwhile):
        let task = Task { await self.refresh(startedAt: now) }
        state.fetch = task
        return meanwhile.map { .answer($0) } ?? .wait(task, isOurs: true)
      }
    }
  }

  /// The fetch is nobody's child: the request that started it may be cancelled while others wait for it.
  private func refresh(startedAt: Instant) async {
    var keys: VerificationKeys?
    if let bytes = try? await fetch(), bytes.count <= JWKSCache.sizeLimit {
      keys = try? await VerificationKeys(jwks: bytes)
    }
    state.withLock { state in
      state.keys.finish(keys, startedAt: startedAt)
      state.fetch = nil
    }
  }
}
