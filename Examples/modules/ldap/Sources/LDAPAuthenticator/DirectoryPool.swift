import AuthenticatorKit
import NIOPosix
import Synchronization

/// The threads that wait for the directory, and a bounded queue before them: libldap blocks, and a directory that hangs
/// must not hold up whatever else runs in the process.
final class DirectoryPool: Sendable {
  private let threads: NIOThreadPool
  private let capacity: Int
  private let taken = Atomic<Int>(0)

  /// - Parameters:
  ///   - threads: 1 or more; each has a connection while it works.
  ///   - waiting: how many may wait for a thread, 0 or more.
  init(threads count: Int, waiting: Int) {
    threads = NIOThreadPool(numberOfThreads: count)
    capacity = count + waiting
    threads.start()
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// Works on one of the threads.
  /// - Throws: ``AuthenticatorFault/busy(retryAfterSeconds:)`` if there is no place.
  func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(AuthenticatorFault) -> Value {
    let place = try reserve()
    do {
      return try await threads.runIfActive { withExtendedLifetime(place) { work() } }
    } catch {
      throw .unavailable("nobody waits for the directory any more")
    }
  }

  private func reserve() throws(AuthenticatorFault) -> Place {
    guard taken.add(1, ordering: .acquiringAndReleasing).newValue <= capacity else {
      leave()
      throw .busy(retryAfterSeconds: DirectoryPool.retryAfterSeconds)
    }
    return Place(self)
  }

  private func leave() { taken.subtract(1, ordering: .acquiringAndReleasing) }

  private static let retryAfterSeconds = 2

  /// Held until the work is done, even if nobody waits for it any more.
  private final class Place: Sendable {
    private let pool: DirectoryPool
    init(_ pool: DirectoryPool) { self.pool = pool }
    deinit { pool.leave() }
  }
}
