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
    do { try body() } catch let error as DatabaseError where Lockout.isLockedOut(error) {
      last.withLock { $0 = .now }
      throw error
    }
  }

  /// `PROTOCOL` is what SQLite says when it could not even begin to read, after some ten seconds.
  private static func isLockedOut(_ error: DatabaseError) -> Bool {
    error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_PROTOCOL
  }
}
