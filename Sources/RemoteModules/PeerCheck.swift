import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Who is behind a socket: its file has to belong to the configured user, and so has the process that listens.
struct PeerCheck: Sendable {
  let path: String
  let owner: UInt32

  /// Before connecting: what lies at the path.
  /// - Throws: ``RemoteFault`` in words for the operator.
  func file() throws(RemoteFault) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { throw RemoteFault(.connection, "there is no socket at \(path)") }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw RemoteFault(.peer, "\(path) is no socket") }
    guard status.st_uid == owner else {
      throw RemoteFault(.peer, "\(path) belongs to user \(status.st_uid), not to \(owner): see the setting owner")
    }
  }

  /// After connecting: the user of the process that listens (SO_PEERCRED, unix(7)). A wrong one is hung up on.
  func peer(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard let options = channel as? any SocketOptionProvider else {
      return refuse(channel, "the peer of \(path) cannot be asked for")
    }
    let credentials: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
      level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
    return credentials.map { $0.uid as UInt32? }.recover { _ in nil }.flatMap { user in
      switch user {
      case owner: channel.eventLoop.makeSucceededVoidFuture()
      case let user?:
        refuse(channel, "the process behind \(path) runs as user \(user), not as \(owner): see the setting owner")
      case nil: refuse(channel, "the peer of \(path) cannot be asked for")
      }
    }
  }

  private func refuse(_ channel: any Channel, _ reason: String) -> EventLoopFuture<Void> {
    channel.close(promise: nil)
    return channel.eventLoop.makeFailedFuture(RemoteFault(.peer, reason))
  }
}

/// `struct ucred` of unix(7), which Glibc's headers hide from Swift.
private struct PeerCredentials: Sendable {
  let pid: Int32
  let uid: UInt32
  let gid: UInt32
}
