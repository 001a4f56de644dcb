import AuthenticatorKit
import Foundation
import Synchronization

/// The threads that validate chains, and a bounded queue before them: whoever connects may show any chain, and the work
/// that it makes must not hold up the threads that answer everybody else.
///
/// No thread is started before the first validation.
final class CNSValidationPool: Sendable {
  private let operations = OperationQueue()
  private let capacity: Int
  private let taken = Atomic<Int>(0)

  /// - Parameters:
  ///   - threads: 1 or more; nil for as many as there are cores.
  ///   - waiting: how many may wait for a thread, 0 or more.
  init(threads: Int? = nil, waiting: Int = 32) {
    let count = max(threads ?? ProcessInfo.processInfo.activeProcessorCount, 1)
    operations.maxConcurrentOperationCount = count
    capacity = count + max(waiting, 0)
  }

  /// Works on one of the threads.
  /// - Throws: ``AuthenticatorFault/busy(retryAfterSeconds:)`` if there is no place.
  func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(AuthenticatorFault) -> Value {
    guard taken.add(1, ordering: .acquiringAndReleasing).newValue <= capacity else {
      leave()
      throw .busy(retryAfterSeconds: CNSValidationPool.retryAfterSeconds)
    }
    // The place is held until the work is done, even if nobody waits for it any more.
    return await withCheckedContinuation { continuation in
      operations.addOperation {
        let value = work()
        self.leave()
        continuation.resume(returning: value)
      }
    }
  }

  private func leave() { taken.subtract(1, ordering: .acquiringAndReleasing) }

  private static let retryAfterSeconds = 2
}
