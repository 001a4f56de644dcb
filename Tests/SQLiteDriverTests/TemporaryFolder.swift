import Foundation
import Synchronization

/// A folder of its own for a test, gone with the last reference.
final class TemporaryFolder: Sendable {
  private let url: URL
  private let number = Mutex(0)

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("varco-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func nextNumber() -> Int {
    number.withLock { number in
      number += 1
      return number
    }
  }

  /// A semaphore's wait, for a thread that may be kept waiting.
  static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}
