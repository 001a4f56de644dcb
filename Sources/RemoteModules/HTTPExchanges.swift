import ModuleWire
import NIOCore
import NIOHTTP1

/// One connection to a module, with one exchange at a time. May be used from any thread.
final class HTTPExchanges: Sendable {
  typealias Outcome = @Sendable (Result<ModuleConnection.Reply, RemoteFault>) -> Void

  private let channel: any Channel
  private let handler: NIOLoopBound<ExchangeHandler>

  /// What lies between bytes and exchanges; to be called on the channel's event loop, before anything is read.
  static func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(HTTPRequestEncoder())
      let handler = ExchangeHandler()
      try pipeline.addHandler(ByteCount(handler))
      try pipeline.addHandler(
        ByteToMessageHandler(
          HTTPResponseDecoder(limitConfiguration: .wire), maximumBufferSize: WireProtocol.maximumUndecodedBytes))
      try pipeline.addHandler(handler)
    }
  }

  /// To be called on the channel's event loop.
  init(_ channel: any Channel, idle: IdleConnections) throws {
    self.channel = channel
    let handler = try channel.pipeline.syncOperations.handler(type: ExchangeHandler.self)
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    handler.idle = idle
    handler.connection = self
  }

  /// Sends a message on a connection that nobody else uses; it goes back to the idle ones after an answer.
  func send(_ request: ModuleRequest, _ outcome: @escaping Outcome) {
    channel.eventLoop.execute { self.handler.value.start(request, outcome, on: self) }
  }

  func close() { channel.close(promise: nil) }
}

/// Bytes before they are HTTP: what the decoder drops, or never makes a message of, costs time all the same.
private final class ByteCount: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let handler: ExchangeHandler

  init(_ handler: ExchangeHandler) { self.handler = handler }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard handler.admits(unwrapInboundIn(data).readableBytes) else { return }
    context.fireChannelRead(data)
  }
}
