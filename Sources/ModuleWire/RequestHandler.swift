import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Gathers a request, has it answered, and writes the answer: one at a time on a connection.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let routes: WireRoutes
  private let executor: LoopExecutor
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var isTooLong = false
  private var isAnswering = false
  private var isQuiescing = false

  init(_ routes: WireRoutes, on loop: any EventLoop) {
    self.routes = routes
    executor = LoopExecutor(loop)
  }

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
    let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    Task(executorPreference: executor) { [routes] in
      let answer = await routes.answer(head.method, head.uri, bytes)
      let (handler, context) = handler.value
      handler.write(answer, to: head, context)
    }
  }

  private func write(_ answer: WireRoutes.Answer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    isAnswering = false
    guard context.channel.isActive else { return }
    let isLast = isQuiescing || !request.isKeepAlive
    var headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": String(answer.json.count)]
    if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(data: answer.json)))), promise: nil)
    let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if isLast { written.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
  }

  /// The server ends: what is being answered is answered, and nothing else is begun.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    isQuiescing = true
    if !isAnswering, head == nil { context.close(promise: nil) }
  }

  /// The connection is of no use any more, whatever was wrong with it.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
