import AccessModel

/// When to fetch keys, when to wait for them and when to go on with those at hand. Pure: the shell is ``JWKSCache``.
struct KeyState: Sendable {
  enum Step {
    case use(VerificationKeys)
    /// The broker was asked and has no such key.
    case unknownKey
    case unavailable
    /// Start a fetch; wait for it, or go on with these keys.
    case fetch(meanwhile: VerificationKeys?)
    /// Wait for the fetch that is under way.
    case join
  }

  /// Keys older than this are asked for again.
  static let refreshAge = TimeSpan.minutes(5)
  /// The least time between two fetches for unknown keys, so that invented key ids cannot hammer the broker.
  static let refetchInterval = TimeSpan.seconds(10)
  /// The least time between two fetches while there is no key at all.
  static let retryInterval = TimeSpan.seconds(2)

  let staleLimit: TimeSpan
  private var keys: VerificationKeys?
  private var fetchedAt: Instant?
  private var attemptedAt: Instant?
  private var searchedAt: Instant?
  private var lastAttemptFailed = false
  private var isFetching = false

  init(staleLimit: TimeSpan) { self.staleLimit = staleLimit }

  /// The next step for a request that needs `keyID`.
  /// - Parameter hasAsked: whether this request itself has already waited for a fetch.
  mutating func step(for keyID: String, at now: Instant, hasAsked: Bool) -> Step {
    let usable = isDue(fetchedAt, after: staleLimit, at: now) ? nil : keys
    if let usable, usable.contains(keyID) { return stepWithKey(usable, at: now, hasAsked: hasAsked) }
    if !hasAsked {
      if isFetching { return .join }
      if maySearch(hasKeys: usable != nil, at: now) {
        if usable != nil { searchedAt = now }
        return begin(at: now, meanwhile: nil)
      }
    }
    return usable == nil || lastAttemptFailed ? .unavailable : .unknownKey
  }

  mutating func finish(_ fetched: VerificationKeys?, startedAt: Instant) {
    isFetching = false
    lastAttemptFailed = fetched == nil
    guard let fetched else { return }
    keys = fetched
    fetchedAt = startedAt
  }

  /// Once a refresh has failed, nobody waits for the next ones: a broker that hangs must not slow the service down.
  private mutating func stepWithKey(_ usable: VerificationKeys, at now: Instant, hasAsked: Bool) -> Step {
    guard !hasAsked, isDue(fetchedAt, after: KeyState.refreshAge, at: now) else { return .use(usable) }
    if isFetching { return lastAttemptFailed ? .use(usable) : .join }
    guard isDue(attemptedAt, after: KeyState.refetchInterval, at: now) else { return .use(usable) }
    return begin(at: now, meanwhile: lastAttemptFailed ? usable : nil)
  }

  private mutating func begin(at now: Instant, meanwhile: VerificationKeys?) -> Step {
    isFetching = true
    attemptedAt = now
    return .fetch(meanwhile: meanwhile)
  }

  private func maySearch(hasKeys: Bool, at now: Instant) -> Bool {
    hasKeys
      ? isDue(searchedAt, after: KeyState.refetchInterval, at: now)
      : isDue(attemptedAt, after: KeyState.retryInterval, at: now)
  }

  /// A time in the future is due too: a clock that was set back must not stop the fetching.
  private func isDue(_ time: Instant?, after span: TimeSpan, at now: Instant) -> Bool {
    guard let time else { return true }
    return now < time || now - time >= span
  }
}
