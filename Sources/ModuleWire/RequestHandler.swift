import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Gathers a request, has it answered, and writes the answer: one at a time on a connection.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let routes: WireRoutes
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var isTooLong = false
  /// Until the answer has left.
  private var isAnswering = false
  private var isEnding = false
  /// How long a request that has begun may take to arrive while the server ends.
  private static let patience = TimeAmount.seconds(10)

  init(_ routes: WireRoutes) { self.routes = routes }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let new):
      // No gateway sends a second request before the first is answered.
      if isAnswering { return context.close(promise: nil) }
      head = new
    case .body(var part):
      isTooLong = isTooLong || body.readableBytes + part.readableBytes > WireProtocol.maximumBytes
      if !isTooLong { body.writeBuffer(&part) }
    case .end: ended(context)
    }
  }

  private func ended(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let bytes = isTooLong ? nil : Data(buffer: body)
    (self.head, body, isTooLong, isAnswering) = (nil, ByteBuffer(), false, true)
    let loop = context.eventLoop
    let bound = NIOLoopBound((self, context), eventLoop: loop)
    // Not on the event loop: a module may compute, or block.
    Task { [routes] in
      let answer = await routes.answer(head.method, head.uri, bytes)
      loop.execute {
        let (handler, context) = bound.value
        handler.write(answer, to: head, context)
      }
    }
  }

  private func write(_ answer: WireRoutes.Answer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    // After a request to speak something else the decoder hears nothing more.
    let isLast = isEnding || !request.isKeepAlive || request.headers.contains(name: "Upgrade")
    var headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": String(answer.json.count)]
    if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(data: answer.json)))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      self.isAnswering = false
      if isLast || self.isEnding { context.close(promise: nil) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent: quiesce(context)
    case ChannelEvent.inputClosed:
      isEnding = true
      if !isAnswering { context.close(promise: nil) }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// The server ends: what has arrived is answered, and nothing else is begun.
  private func quiesce(_ context: ChannelHandlerContext) {
    isEnding = true
    let loop = context.eventLoop.assumeIsolated()
    // Not at once: a request may lie in the socket unread.
    loop.scheduleTask(in: .milliseconds(100)) {
      if !self.isAnswering, self.head == nil { context.close(promise: nil) }
    }
    loop.scheduleTask(in: RequestHandler.patience) {
      if !self.isAnswering { context.close(promise: nil) }
    }
  }

  /// The connection is of no use any more, whatever was wrong with it.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
