import AuthenticatorKit
import ModuleWire
import NIOCore
import NIOPosix
import RemoteModulesTesting
import Testing

@testable import RemoteModules

/// A hello that has to go before an answer, and breaks: of the answer nothing was sent, and it is no attempt.
@Suite struct HelloFaultTests {
  /// Says the same to everybody, and hangs up.
  private final class Parrot: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let words: String
    init(_ words: String) { self.words = words }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(NIOAny(ByteBuffer(string: words)), promise: nil)
      context.close(promise: nil)
    }
  }

  @Test(arguments: [
    "", "this is no HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "HTTP/1.1 500 No\r\n\r\n",
  ])
  func anAnswerThatWasNotSentIsNotJudged(_ words: String) async throws {
    try await withShortFolder { folder in
      let socket = "\(folder)/m.sock"
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Parrot(words)) }
        }
        .bind(unixDomainSocketPath: socket).get()
      let remote = try RemoteInstance().authenticator(socket: socket)
      let fault = await #expect(throws: AuthenticatorFault.self) {
        try await remote.resume(LoginAnswer([:]), from: AuthenticationState(bytes: Array("?".utf8)))
      }
      if case .unavailable = fault {} else { Issue.record("\(String(describing: fault))") }
      try await server.close()
    }
  }
}
