import Synchronization

/// A number that grows with each revocation. What was cached under an older one is not used any more.
///
/// A cache reads it before it reads the store and keeps it with what it found: a revocation that commits in between
/// makes the entry stale at birth, so that fill and revocation cannot cross (architecture section 7).
public final class RevocationEpoch: Sendable {
  private let value = Atomic<Int64>(0)
  /// The newest epoch of the store that is known here. Apart from the number above, so that a flush cannot swallow the
  /// next revocation.
  private let stored = Mutex<Int64>(-1)
  private let isBehind = Atomic<Bool>(false)

  public init() {}

  public var current: Int64 { value.load(ordering: .acquiring) }

  func advance(to new: Int64) {
    stored.withLock { stored in
      guard new > stored else { return }
      stored = new
      value.add(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Makes everything cached stale, without a revocation: for a node that cannot tell what it has missed.
  public func flush() { value.add(1, ordering: .acquiringAndReleasing) }

  /// Whether a change of the store has been noticed and not been looked at yet.
  var mustLook: Bool { isBehind.load(ordering: .acquiring) }
  func noteChange() { isBehind.store(true, ordering: .releasing) }
  func noteLook() { isBehind.store(false, ordering: .releasing) }
}
