import CLDAP
import Dispatch

/// Shuts a connection down when its time is over, so that no thread waits for ever for a directory that hangs.
///
/// Unchecked, because the lock that makes it safe is on the other side of the pointer.
@safe final class ConnectionWatch: @unchecked Sendable {
  private let watch: UnsafeMutablePointer<cldap_watch>

  /// - Parameter directory: a handle that has not connected yet, and that goes before the watch does.
  /// - Returns: nil where there is no memory.
  init?(_ directory: OpaquePointer) {
    guard let watch = unsafe cldap_watch_new(directory) else { return nil }
    unsafe self.watch = watch
  }

  deinit { unsafe cldap_watch_free(watch) }

  func begin(milliseconds: Int) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { self.end() }
  }

  /// The connection is of no use any more.
  func end() { unsafe cldap_watch_end(watch) }
}
