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

  func run() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let quiescing = ServerQuiescingHelper(group: group)
    let channel = try await bootstrap(group, quiescing).bind(unixDomainSocketPath: file.hidden).get()
    guard file.publish() else {
      try await channel.close()
      throw ServeError(description: "the socket cannot be put in its place at \(file.path)")
    }
    let end = channel.eventLoop.makePromise(of: Void.self)
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
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
        }
      }
      .childChannelInitializer { [routes] channel in
        channel.eventLoop.makeCompletedFuture { try ModuleServer.prepare(channel.pipeline.syncOperations, routes) }
      }
  }

  private static func prepare(_ pipeline: ChannelPipeline.SynchronousOperations, _ routes: WireRoutes) throws {
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(
        HTTPRequestDecoder(limitConfiguration: .wire), maximumBufferSize: WireProtocol.maximumUndecodedBytes))
    try pipeline.addHandler(HTTPServerProtocolErrorHandler())
    try pipeline.addHandler(RequestHandler(routes))
  }
}
