import Foundation
import NIOCore
import NIOPosix
import RemoteModulesTesting
import Testing

@testable import ModuleWire

/// The socket's file belongs to whoever listens, and to nobody else.
@Suite struct SocketFileTests {
  private func listen(_ path: String, backlog: Int32 = 8, accepts: Bool = true) async throws -> any Channel {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.autoRead, value: accepts)
      .bind(unixDomainSocketPath: path).get()
  }

  private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func whatWasPublishedIsRemoved() async throws {
    try await withShortFolder { folder in
      let file = try SocketFile("\(folder)/m.sock")
      let channel = try await listen(file.hidden)
      #expect(!isThere(file.path))
      #expect(file.publish())
      #expect(isThere(file.path))
      file.remove()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
      try await channel.close()
    }
  }

  @Test func whatAnotherProcessHasPutInItsPlaceIsLeft() async throws {
    try await withShortFolder { folder in
      let file = try SocketFile("\(folder)/m.sock")
      let channels = [try await listen(file.hidden), try await listen("\(folder)/other.sock")]
      #expect(file.publish())
      #expect(unsafe rename("\(folder)/other.sock", file.path) == 0)
      file.remove()
      #expect(isThere(file.path))
      for channel in channels { try await channel.close() }
    }
  }

  @Test func whoHasPublishedNothingRemovesNothing() async throws {
    try await withShortFolder { folder in
      let others = try await listen("\(folder)/m.sock")
      let file = try SocketFile("\(folder)/m.sock")
      #expect(!file.publish(), "there is no socket to publish")
      file.remove()
      #expect(isThere(file.path))
      try await others.close()
    }
  }

  @Test func aSocketThatNobodyListensOnIsFree() async throws {
    try await withShortFolder { folder in
      let path = "\(folder)/m.sock"
      try await SocketFile.refuseIfInUse(path)
      let channel = try await listen("\(folder)/dead.sock")
      #expect(unsafe rename("\(folder)/dead.sock", path) == 0)
      try await channel.close()
      #expect(isThere(path), "as a killed process leaves it")
      try await SocketFile.refuseIfInUse(path)
    }
  }

  /// A queue that is full is one that somebody has.
  @Test func aSocketWhoseQueueIsFullIsInUse() async throws {
    try await withShortFolder { folder in
      let path = "\(folder)/m.sock"
      let channel = try await listen(path, backlog: 0, accepts: false)
      var callers: [any Channel] = []
      while let caller = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(unixDomainSocketPath: path).get()
      { callers.append(caller) }
      await #expect(throws: ServeError.self) { try await SocketFile.refuseIfInUse(path) }
      for caller in callers + [channel] { try await caller.close() }
    }
  }
}
