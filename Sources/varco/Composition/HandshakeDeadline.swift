import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Closes a connection whose TLS handshake is not done in time: whoever says nothing must neither hold a connection nor
/// hold up the end of the gateway.
struct HandshakeDeadline<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base
  let deadline: TimeAmount

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    let deadline = deadline
    return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      // Right behind the TLS handler, which tells it that the handshake is done.
      let pipeline = channel.pipeline.syncOperations
      let tls = try pipeline.context(handlerType: NIOSSLServerHandler.self).handler
      try pipeline.addHandler(HandshakeWatch(deadline: deadline), position: .after(tls))
      return value
    }
  }

  func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

private final class HandshakeWatch: ChannelInboundHandler {
  typealias InboundIn = NIOAny
  private let deadline: TimeAmount
  private var timer: Scheduled<Void>?

  init(deadline: TimeAmount) { self.deadline = deadline }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: deadline) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { timer?.cancel() }
    context.fireUserInboundEventTriggered(event)
  }
}
