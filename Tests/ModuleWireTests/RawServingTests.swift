import Foundation
import ModuleWire
import NIOCore
import NIOPosix
import RemoteModulesTesting
import Testing

/// What a served module does with bytes that no gateway sends.
@Suite struct RawServingTests {
  /// Everything that is heard until the other side hangs up.
  private final class Listener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var heard = ""
    private let end: EventLoopPromise<String>
    init(_ end: EventLoopPromise<String>) { self.end = end }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { heard += String(buffer: unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { end.succeed(heard) }
  }

  /// - Parameter isLast: whether nothing more is sent, which the module hears.
  private func talk(_ words: String, isLast: Bool = false) async throws -> String {
    try await withServed(KeepsakeModule.self) { socket in
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let end = loop.makePromise(of: String.self)
      let channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Listener(end)) }
        }
        .connect(unixDomainSocketPath: socket).get()
      try await channel.writeAndFlush(ByteBuffer(string: words))
      if isLast { try await channel.close(mode: .output) }
      return try await end.futureResult.get()
    }
  }

  private func question(_ method: String, _ uri: String, _ more: String = "") -> String {
    "\(method) \(uri) HTTP/1.1\r\nHost: m\r\n\(more)\r\n"
  }

  @Test func whoSaysNoMoreStillGetsTheAnswer() async throws {
    let heard = try await talk(question("GET", WireProtocol.hello), isLast: true)
    #expect(heard.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(heard.hasSuffix("}"))
  }

  @Test func whoSaysThatTheyCloseAreHungUpOn() async throws {
    let heard = try await talk(question("GET", WireProtocol.hello, "Connection: close\r\n"))
    #expect(heard.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(heard.contains("Connection: close\r\n"))
  }

  @Test func aSecondRequestBeforeTheFirstIsAnsweredEndsTheConnection() async throws {
    let last = question("GET", WireProtocol.hello, "Connection: close\r\n")
    let heard = try await talk(question("GET", WireProtocol.hello) + last)
    #expect(heard.components(separatedBy: "HTTP/1.1 ").count <= 2)
  }

  @Test func headHasNoBody() async throws {
    let heard = try await talk(question("HEAD", WireProtocol.hello, "Connection: close\r\n"))
    #expect(heard.hasPrefix("HTTP/1.1 404"))
    #expect(heard.hasSuffix("\r\n\r\n"))
  }

  @Test func nobodyIsLeftWaitingForAnotherProtocol() async throws {
    let heard = try await talk(question("GET", WireProtocol.hello, "Connection: Upgrade\r\nUpgrade: h2c\r\n"))
    #expect(heard.hasPrefix("HTTP/1.1 200 OK\r\n"))
  }

  @Test(arguments: [
    "this is no HTTP\r\n\r\n", "GET /v1/hello HTTP/1.1\r\n\(String(repeating: "a", count: 9000)): b\r\n\r\n",
  ])
  func whatIsNoRequestIsRefused(_ words: String) async throws {
    #expect(try await talk(words).hasPrefix("HTTP/1.1 400"))
  }
}
