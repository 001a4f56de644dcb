import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The HTTP/1.1 server of a module's process, on a Unix socket. Its end lets every answer that has begun be finished.
struct ModuleServer: Service {
  let routes: WireRoutes
  let file: SocketFile
  let meanwhile: Meanwhile?
  /// A gateway keeps as many connections as it has logins at one moment, so that each mostly has a thread for itself.
  private static let threads = 16

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: ModuleServer.threads)
    do { try await serve(on: group) } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  private func serve(on group: MultiThreadedEventLoopGroup) async throws {
    let quiescing = ServerQuiescingHelper(group: group)
    let channel = try await bootstrap(group, quiescing).bind(unixDomainSocketPath: file.hidden).get()
    let end = channel.eventLoop.makePromise(of: Void.self)
    guard file.publish() else {
      try await channel.close()
      throw ServeError(description: "the socket cannot be put in its place at \(file.path)")
    }
    meanwhile?.begin()
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await end.futureResult.get()
    } onCancelOrGracefulShutdown: {
      quiescing.initiateShutdown(promise: end)
    }
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ quiescing: ServerQuiescingHelper
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
        }
      }
      .childChannelInitializer { [routes] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withOutboundHeaderValidation: false)
          try channel.pipeline.syncOperations.addHandler(RequestHandler(routes, on: channel.eventLoop))
        }
      }
  }
}
