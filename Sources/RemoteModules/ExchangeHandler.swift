import Foundation
import ModuleWire
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Writes a request, gathers its answer, and tells whoever waits for it. Lives on its connection's event loop.
final class ExchangeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private struct Exchange {
    /// Kept alive until the answer is there.
    let connection: HTTPExchanges
    let outcome: HTTPExchanges.Outcome
    let timer: Scheduled<Void>
    var isWritten = false
    var bytes = 0
    var head: HTTPResponseHead?
    var body = ByteBuffer()
  }

  /// Where it waits for the next call; none once its authenticator is gone.
  weak var idle: IdleConnections?
  weak var connection: HTTPExchanges?
  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  private var rest: Scheduled<Void>?
  /// How long a connection waits for the next call. A module that serves one at a time must not wait for ever.
  private static let patience = TimeAmount.seconds(30)
  /// The most that an answer may take on the way, in chunks of a byte, say.
  private static let maximumBytesOnTheWay = 8 * WireProtocol.maximumBytes

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func start(_ request: ModuleRequest, _ outcome: @escaping HTTPExchanges.Outcome, on connection: HTTPExchanges) {
    rest?.cancel()
    guard let context, context.channel.isActive, exchange == nil else {
      // It ended while it was on its way from the idle ones.
      return outcome(.failure(RemoteFault(.connection, "the connection was closed")))
    }
    let timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: request.end) { self.isLate() }
    exchange = Exchange(connection: connection, outcome: outcome, timer: timer)
    write(request, context)
  }

  private func write(_ request: ModuleRequest, _ context: ChannelHandlerContext) {
    var headers: HTTPHeaders = ["Host": "module", "Accept": "application/json"]
    if let body = request.body {
      headers.add(name: "Content-Type", value: "application/json")
      headers.add(name: "Content-Length", value: String(body.count))
    }
    let method = request.body == nil ? HTTPMethod.GET : .POST
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: request.uri, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body = request.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(data: body)))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { written in
      switch written {
      case .success: self.exchange?.isWritten = true
      case .failure(let error): self.broke(error)
      }
    }
  }

  /// Whether bytes may be read. What answers nothing would be taken for the answer to what comes next.
  func admits(_ count: Int) -> Bool {
    guard exchange != nil else {
      end()
      return false
    }
    exchange?.bytes += count
    guard (exchange?.bytes ?? 0) <= ExchangeHandler.maximumBytesOnTheWay else {
      isTooLong()
      return false
    }
    return true
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // The second answer of one read.
    guard exchange != nil else { return end() }
    switch unwrapInboundIn(data) {
    case .head(let head): exchange?.head = head
    case .body(var part):
      exchange?.body.writeBuffer(&part)
      if (exchange?.body.readableBytes ?? 0) > WireProtocol.maximumBytes { isTooLong() }
    case .end: answered()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    broke(ChannelError.eof)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { broke(error) }

  private func answered() {
    guard let exchange, let head = exchange.head else { return }
    // After 101 the decoder hears nothing more.
    let isKept = head.isKeepAlive && head.status != .switchingProtocols && exchange.isWritten
    finish(reply(head, exchange.body), keeping: isKept)
  }

  private func reply(_ head: HTTPResponseHead, _ body: ByteBuffer) -> Result<ModuleConnection.Reply, RemoteFault> {
    if head.status == .ok { return .success(.message(Data(buffer: body))) }
    if head.status == .serviceUnavailable, let seconds = head.headers.first(name: "Retry-After").flatMap({ Int($0) }) {
      return .success(.busy(seconds: min(max(seconds, 1), 60)))
    }
    var fault = RemoteFault(.status, "status \(head.status.code)")
    fault.isUnjudged = head.status == .badGateway
    return .failure(fault)
  }

  private func isTooLong() {
    let fault = RemoteFault(.garbage, "more than \(WireProtocol.maximumBytes) bytes")
    let other = exchange?.head.flatMap { $0.status == .ok ? nil : $0 }
    finish(other.map { reply($0, ByteBuffer()) } ?? .failure(fault), keeping: false)
  }

  private func isLate() {
    finish(.failure(RemoteFault(.deadline, "no answer in time: see the setting deadline")), keeping: false)
  }

  private func broke(_ error: any Error) { finish(.failure(RemoteFault(ofBroken: error)), keeping: false) }

  private func finish(_ result: Result<ModuleConnection.Reply, RemoteFault>, keeping isKept: Bool) {
    guard let ended = exchange else { return end() }
    exchange = nil
    ended.timer.cancel()
    if isKept, let idle { wait(ended.connection, at: idle) } else { end() }
    ended.outcome(result)
  }

  private func wait(_ connection: HTTPExchanges, at idle: IdleConnections) {
    rest = context?.eventLoop.assumeIsolated().scheduleTask(in: ExchangeHandler.patience) { self.isUnused() }
    idle.put(connection)
  }

  /// Somebody may have taken it a moment ago; then it is theirs.
  private func isUnused() {
    if let connection, idle?.remove(connection) == false { return }
    end()
  }

  private func end() {
    rest?.cancel()
    if let connection { idle?.remove(connection) }
    context?.close(promise: nil)
  }
}

extension RemoteFault {
  /// The module may have had the message.
  fileprivate init(ofBroken error: any Error) {
    switch error {
    case let error as HTTPParserError where error != .invalidEOFState: self.init(.garbage, "this is no HTTP/1.1")
    default: self.init(.connection, "the connection broke off (\(type(of: error)))")
    }
    isAfterSending = true
  }
}
