import Synchronization

/// A number that grows with each revocation. What was cached under an older one is not used any more.
///
/// A cache reads it before it reads the store and keeps it with what it found: a revocation that commits in between
/// makes the entry stale at birth, so that fill and revocation cannot cross (architecture section 7).
public final class RevocationEpoch: Sendable {
  private let value = Atomic<Int64>(0)

  public init() {}

  public var current: Int64 { value.load(ordering: .acquiring) }

  func advance(to new: Int64) { value.max(new, ordering: .acquiringAndReleasing) }

  /// Makes everything cached stale, without a revocation: for a node that cannot tell what it has missed.
  public func flush() { value.add(1, ordering: .acquiringAndReleasing) }
}
