public import AccessModel
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: Sendable {
  private let instant: Mutex<Instant>

  /// - Parameter start: the first time shown; 2026-01-01T00:00:00Z where a test does not care.
  public init(at start: Instant = Instant(seconds: 1_767_225_600)) { instant = Mutex(start) }

  public var now: Instant { instant.withLock { $0 } }

  /// Moves the clock forward, or back with a negative span.
  public func advance(by span: TimeSpan) { instant.withLock { $0 = $0 + span } }

  public func set(to time: Instant) { instant.withLock { $0 = time } }
}
