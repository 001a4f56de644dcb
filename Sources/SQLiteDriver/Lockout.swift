import BrokerStore
import GRDB
import Synchronization

/// Remembers when another process last kept the write lock for a whole busy timeout.
///
/// Who queued up before that would wait as long again, each behind the other, and fail all the same: they fail at once.
final class Lockout: Sendable {
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  /// - Parameter queued: when the write was asked for.
  func guarding(_ queued: ContinuousClock.Instant, _ body: () throws -> Void) throws {
    if let last = last.withLock({ $0 }), queued < last {
      throw StoreError.unavailable("another process holds the write lock")
    }
    do { try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      last.withLock { $0 = .now }
      throw error
    }
  }
}
