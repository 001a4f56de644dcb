import AuthenticatorKit
import Foundation
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The threads that hash, and a bounded queue before them (architecture section 7).
///
/// A place is reserved before anything is counted, so that overload turns people away and locks nobody out. The threads
/// run at a lower priority than those that decide: a storm of logins must not slow a decision down.
public final class HashPool: Sendable {
  private let threads: NIOThreadPool
  private let capacity: Int
  private let reserved = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)

  /// - Parameters:
  ///   - threads: 1 or more; nil for as many as there are cores.
  ///   - waiting: how many may wait for a thread, 0 or more.
  public init(threads: Int? = nil, waiting: Int = 64) {
    let count = max(threads ?? ProcessInfo.processInfo.activeProcessorCount, 1)
    self.threads = NIOThreadPool(numberOfThreads: count)
    capacity = count + max(waiting, 0)
    self.threads.start()
  }

  /// Lets the hashes under way finish and ends the threads; a pool does nothing after that.
  public func close() async { try? await threads.shutdownGracefully() }

  /// How many places are taken, those that hash and those that wait.
  public var load: Int { reserved.load(ordering: .relaxed) }
  /// How many hashes have been made.
  public var hashes: Int { finished.load(ordering: .relaxed) }

  /// Takes a place, or says at once that there is none.
  /// - Throws: ``AuthenticatorFault/busy(retryAfterSeconds:)``.
  func reserve() throws(AuthenticatorFault) -> HashPlace {
    guard reserved.add(1, ordering: .acquiringAndReleasing).newValue <= capacity else {
      leave()
      throw .busy(retryAfterSeconds: HashPool.retryAfterSeconds)
    }
    return HashPlace(self)
  }

  /// Hashes on one of the threads.
  /// - Parameter place: the caller's place; good for any number of hashes, one after the other.
  func hash(
    _ secret: Secret, salt: [UInt8], parameters: Argon2Parameters, at place: HashPlace
  ) async throws(AuthenticatorFault) -> Secret {
    do {
      let tag = try await threads.runIfActive {
        HashPool.lowerPriority()
        return try Argon2.hash(secret, salt: salt, parameters: parameters)
      }
      finished.add(1, ordering: .relaxed)
      return tag
    } catch let error as Argon2Error {
      throw .unavailable(error.description)
    } catch {
      throw .unavailable("the hash pool is closed")
    }
  }

  fileprivate func leave() { reserved.subtract(1, ordering: .acquiringAndReleasing) }

  /// A full queue is empty again after about so long.
  private static let retryAfterSeconds = 2

  /// On Linux a priority belongs to a thread, and 0 means the calling one; asking again costs nothing next to a hash.
  private static func lowerPriority() {
    #if canImport(Glibc)
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #endif
  }
}

/// A place in a ``HashPool``; it is free again when the last reference goes.
final class HashPlace: Sendable {
  private let pool: HashPool
  fileprivate init(_ pool: HashPool) { self.pool = pool }
  deinit { pool.leave() }
}
