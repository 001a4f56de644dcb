import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// Threads for what blocks, so that neither event loops nor the cooperative pool ever wait. They live with the process.
enum Threads {
  /// One, so that of several large lists one is in memory at a time.
  static let lists = started(1)
  /// Name servers that hang must not hold up the lists.
  static let names = started(4)

  private static func started(_ count: Int) -> NIOThreadPool {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }

  /// Reads and judges lists at a lower priority than whatever answers requests.
  static func onListThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
    try? await lists.runIfActive {
      lowerPriority()
      return work()
    }
  }

  /// On Linux a priority belongs to a thread, and 0 means the calling one.
  private static func lowerPriority() {
    #if canImport(Glibc)
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #endif
  }
}
