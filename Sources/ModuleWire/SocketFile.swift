import Foundation
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The file of a Unix socket, which appears at its path only with the mode that it keeps.
///
/// A socket takes its mode from the umask, which is that of the whole process; one that is made in a folder of our own and
/// then renamed does not need it.
final class SocketFile: Sendable {
  let path: String
  private let folder: URL
  /// Of the socket that was published: another process may have put its own in our place since.
  private let published = Mutex<UInt64?>(nil)

  /// Makes the folder, beside the path because a file can only be renamed within its file system.
  init(_ path: String) throws {
    self.path = path
    let name = ".\(UUID().uuidString.prefix(6).lowercased())"
    folder = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name, isDirectory: true)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  /// Where to make the socket.
  var hidden: String { folder.appendingPathComponent("s").path }

  /// For the user and the group of the process, in place of what lies there.
  /// - Returns: whether somebody can connect now.
  func publish() -> Bool {
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let number = SocketFile.number(hidden), unsafe chmod(hidden, 0o660) == 0,
      unsafe rename(hidden, path) == 0
    else {
      return false
    }
    published.withLock { $0 = number }
    return true
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
    guard let number = published.withLock({ $0 }), SocketFile.number(path) == number else { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func number(_ path: String) -> UInt64? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// A socket that nobody listens on is what a killed process leaves; one that answers, or is too busy to, is somebody's.
  static func refuseIfInUse(_ path: String) async throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard kind == .typeSocket else { throw ServeError(description: "\(path) is there, and it is no socket") }
    do {
      let group = MultiThreadedEventLoopGroup.singleton
      let channel = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
      try await channel.close()
    } catch let error as IOError where [ECONNREFUSED, ENOENT].contains(error.errnoCode) {
      return
    } catch let error as IOError where error.errnoCode != EAGAIN {
      throw ServeError(description: "\(path) is there, and cannot be connected to: \(error.localizedDescription)")
    } catch {}
    throw ServeError(description: "somebody is listening on \(path) already")
  }
}
