#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the file system says of a socket.
struct SocketStatus: Sendable {
  let path: String
  let owner: UInt32
  let mode: UInt32

  /// - Returns: nil if there is no socket at the path.
  init?(of path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    self.path = path
    owner = status.st_uid
    mode = UInt32(status.st_mode) & 0o777
  }

  /// Whether it is closed to everybody but its owner and group.
  var isPrivate: Bool { mode & 0o007 == 0 }

  var modeText: String { "0\(String(mode, radix: 8))" }
}
