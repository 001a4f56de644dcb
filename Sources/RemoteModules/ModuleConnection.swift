import AccessModel
import Foundation
import ModuleWire
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The way to a module's process: one call out, at most one answer back, within a deadline.
///
/// A call goes from the caller to the connection's event loop and back, and nowhere else: each change of thread costs as
/// much as the socket itself.
struct ModuleConnection: Sendable {
  /// What came back.
  enum Reply: Sendable {
    case message(Data)
    /// 503 with `Retry-After`.
    case busy(seconds: Int)
  }

  private let check: PeerCheck
  private let deadline: TimeAmount
  private let idle = IdleConnections()

  init(_ settings: RemoteSettings) {
    check = PeerCheck(path: settings.socket, owner: settings.owner)
    deadline = .milliseconds(settings.deadline.milliseconds)
  }

  /// - Parameters:
  ///   - body: nil for a GET.
  ///   - isRepeatable: whether it may be sent once more, on a new connection, if the first one broke.
  func call(_ uri: String, _ body: Data?, isRepeatable: Bool) async throws(RemoteFault) -> Reply {
    try check.file()
    let request = ModuleRequest(uri: uri, body: body, end: .now() + deadline)
    let kept = idle.take()
    let first = await send(request, on: kept)
    guard case .failure(let fault) = first, fault.kind == .connection,
      isRepeatable || kept != nil && !fault.isAfterSending
    else { return try first.get() }
    return try await send(request, on: nil).get()
  }

  /// Not given up when the caller is: a call that is on its way has an outcome, which the circuit has to learn.
  private func send(_ request: ModuleRequest, on kept: HTTPExchanges?) async -> Result<Reply, RemoteFault> {
    await withCheckedContinuation { continuation in
      if let kept {
        kept.send(request) { continuation.resume(returning: $0) }
      } else {
        open(until: request.end).whenComplete { opened in
          switch opened {
          case .success(let exchanges): exchanges.send(request) { continuation.resume(returning: $0) }
          case .failure(let error): continuation.resume(returning: .failure(RemoteFault(whileOpening: error)))
          }
        }
      }
    }
  }

  /// A new connection, once it is known who is behind it.
  private func open(until end: NIODeadline) -> EventLoopFuture<HTTPExchanges> {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    return connect(on: loop, until: end).flatMap { [check, idle] channel in
      check.peer(channel).flatMapThrowing { try HTTPExchanges(channel, idle: idle) }
    }
  }

  /// A module whose queue is full is asked again a little later; nothing was sent.
  private func connect(on loop: any EventLoop, until end: NIODeadline) -> EventLoopFuture<any Channel> {
    ClientBootstrap(group: loop)
      .connectTimeout(max(end - .now(), .milliseconds(1)))
      .channelInitializer { HTTPExchanges.prepare($0) }
      .connect(unixDomainSocketPath: check.path)
      .flatMapError { error in
        let next = NIODeadline.now() + .milliseconds(5)
        guard (error as? IOError)?.errnoCode == EAGAIN, next < end else { return loop.makeFailedFuture(error) }
        return loop.flatScheduleTask(deadline: next) { connect(on: loop, until: end) }.futureResult
      }
  }
}

/// One message to a module.
struct ModuleRequest: Sendable {
  let uri: String
  /// nil for a GET.
  let body: Data?
  /// When nobody waits for the answer any more.
  let end: NIODeadline
}

extension RemoteFault {
  /// Nothing was sent yet.
  fileprivate init(whileOpening error: any Error) {
    switch error {
    case let fault as RemoteFault: self = fault
    case ChannelError.connectTimeout: self.init(.connection, "no connection was made in time")
    case is IOError: self.init(.connection, "nobody takes connections at the socket")
    default: self.init(.connection, "no connection was made (\(type(of: error)))")
    }
  }
}
