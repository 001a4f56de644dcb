import Synchronization

/// The last `data_version` seen.
final class LastVersion: Sendable {
  private let value: Mutex<Int>
  init(_ value: Int) { self.value = Mutex(value) }

  func exchange(_ new: Int) -> Int {
    value.withLock { old in
      defer { old = new }
      return old
    }
  }
}
