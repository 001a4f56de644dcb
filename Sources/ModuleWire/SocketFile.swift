import Foundation
import NIOCore
import NIOPosix

/// The file of a Unix socket.
enum SocketFile {
  /// A socket that nobody listens on is what a killed process leaves; one that answers is somebody's.
  static func refuseIfInUse(_ path: String) async throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard kind == .typeSocket else { throw ServeError(description: "\(path) is there, and it is no socket") }
    let group = MultiThreadedEventLoopGroup.singleton
    guard let channel = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() else {
      return
    }
    try await channel.close()
    throw ServeError(description: "somebody is listening on \(path) already")
  }

  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
