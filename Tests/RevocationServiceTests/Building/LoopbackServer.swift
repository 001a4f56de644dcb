import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A web server on this machine that answers as a test tells it to.
final class LoopbackServer: Sendable {
  struct Question: Sendable {
    let method: String
    let target: String
    let headers: [String: String]
    let body: [UInt8]
  }

  enum Reply: Sendable {
    case answer(_ body: [UInt8], status: Int = 200, headers: [String: String] = [:])
    /// In chunks, without saying how long it will be.
    case stream([UInt8])
    /// Less than announced, and then the end of the connection.
    case cut([UInt8], announced: Int)
    case hang
  }

  let port: Int
  private let channel: any Channel
  private let state: Mutex<State>

  private struct State {
    var answer: @Sendable (Question) async -> Reply
    var questions: [Question] = []
    var open: [ObjectIdentifier: any Channel] = [:]
  }

  /// Runs a server for as long as a test needs it.
  static func run<Value>(
    _ answer: @escaping @Sendable (Question) async -> Reply, _ body: (LoopbackServer) async throws -> Value
  ) async throws -> Value {
    let server = try await LoopbackServer(answer)
    do {
      let value = try await body(server)
      await server.close()
      return value
    } catch {
      await server.close()
      throw error
    }
  }

  private init(_ answer: @escaping @Sendable (Question) async -> Reply) async throws {
    let box = Box()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(box))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    state = Mutex(State(answer: answer))
    box.server.withLock { $0 = self }
  }

  /// What the server does from now on.
  func reply(_ answer: @escaping @Sendable (Question) async -> Reply) { state.withLock { $0.answer = answer } }

  var questions: [Question] { state.withLock { $0.questions } }

  func url(_ path: String = "/ca.crl") -> String { "http://127.0.0.1:\(port)\(path)" }

  private func close() async {
    let open = state.withLock { $0.open.values.map { $0 } }
    for child in open { try? await child.close() }
    try? await channel.close()
  }

  fileprivate func opened(_ channel: any Channel) { state.withLock { $0.open[ObjectIdentifier(channel)] = channel } }
  fileprivate func closed(_ channel: any Channel) { state.withLock { $0.open[ObjectIdentifier(channel)] = nil } }

  fileprivate func answer(_ question: Question) async -> Reply {
    let answer = state.withLock { state in
      state.questions.append(question)
      return state.answer
    }
    return await answer(question)
  }
}

/// Tells the connections whose they are.
private final class Box: Sendable {
  let server = Mutex<LoopbackServer?>(nil)
}

private final class Handler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let box: Box
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ box: Box) { self.box = box }

  func channelActive(context: ChannelHandlerContext) {
    box.server.withLock { $0 }?.opened(context.channel)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    box.server.withLock { $0 }?.closed(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): (self.head, body) = (head, [])
    case .body(let part): body += part.readableBytesView
    case .end: end(context.channel)
    }
  }

  private func end(_ channel: any Channel) {
    guard let head, let server = box.server.withLock({ $0 }) else { return }
    let question = LoopbackServer.Question(
      method: head.method.rawValue, target: head.uri,
      headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }, body: body)
    Task { await Handler.write(await server.answer(question), to: channel) }
  }

  private static func write(_ reply: LoopbackServer.Reply, to channel: any Channel) async {
    switch reply {
    case .answer(let body, let status, let headers):
      await write(status, headers.map { ($0, $1) } + [("Content-Length", "\(body.count)")], body, to: channel)
    case .stream(let body): await write(200, [], body, to: channel)
    case .cut(let body, let announced):
      await write(200, [("Content-Length", "\(announced)")], body, ends: false, to: channel)
      try? await channel.close()
    case .hang: break
    }
  }

  private static func write(
    _ status: Int, _ headers: [(String, String)], _ body: [UInt8], ends: Bool = true, to channel: any Channel
  ) async {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(headers))
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body)))
    try? await channel.writeAndFlush(part).get()
    if ends { try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get() }
  }
}
