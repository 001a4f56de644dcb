import ModuleWire
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import RemoteModules

/// One connection, byte by byte and second by second.
@Suite struct ExchangeHandlerTests {
  private let channel = EmbeddedChannel()
  private let idle = IdleConnections()
  private let connection: HTTPExchanges
  private let heard = Heard()

  init() throws {
    try HTTPExchanges.prepare(channel).wait()
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/m.sock")).wait()
    connection = try HTTPExchanges(channel, idle: idle)
  }

  /// What the caller was told, in words.
  private final class Heard: Sendable {
    private let all = Mutex<[String]>([])
    var words: [String] { all.withLock { $0 } }
    func add(_ result: Result<ModuleConnection.Reply, RemoteFault>) {
      all.withLock { $0.append(Heard.word(result)) }
    }

    private static func word(_ result: Result<ModuleConnection.Reply, RemoteFault>) -> String {
      switch result {
      case .success(.message(let bytes)): String(decoding: bytes, as: UTF8.self)
      case .success(.busy(let seconds)): "busy \(seconds)"
      case .failure(let fault): fault.kind.rawValue + (fault.isAfterSending ? " after sending" : "")
      }
    }
  }

  private func ask(within seconds: Int64 = 2) {
    let end = channel.embeddedEventLoop.now + .seconds(seconds)
    connection.send(ModuleRequest(uri: WireProtocol.resume, body: .init("{}".utf8), end: end)) { [heard] in
      heard.add($0)
    }
    channel.embeddedEventLoop.run()
  }

  private func say(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

  private func say(_ body: String, status: String, _ header: String = "X: y") throws {
    try say("HTTP/1.1 \(status)\r\n\(header)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private var isKept: Bool { channel.isActive && idle.take() === connection }

  @Test func anAnswerGoesToWhoeverAskedAndTheConnectionIsKept() throws {
    ask()
    try say("one", status: "200 OK")
    #expect(heard.words == ["one"])
    #expect(isKept)
    ask()
    try say("two", status: "200 OK")
    #expect(heard.words == ["one", "two"])
  }

  @Test func anAnswerInPiecesIsOneAnswer() throws {
    ask()
    for piece in ["HTTP/1.1 200", " OK\r\nContent-Length: 4\r\n", "\r\no", "ne"] { try say(piece) }
    #expect(heard.words == [])
    try say("!")
    #expect(heard.words == ["one!"])
  }

  @Test(arguments: [
    ("503 Service Unavailable", "Retry-After: 7", "busy 7"),
    ("503 Service Unavailable", "Retry-After: 9999", "busy 60"),
    ("503 Service Unavailable", "X: y", "status"), ("502 Bad Gateway", "X: y", "status"),
    ("500 Internal Server Error", "X: y", "status"), ("204 No Content", "X: y", "status"),
  ])
  func anotherStatusIsNoStepAndTheConnectionIsKept(_ status: String, _ header: String, _ word: String) throws {
    ask()
    try say("", status: status, header)
    #expect(heard.words == [word])
    #expect(isKept)
  }

  @Test func whoSaysThatTheyCloseAreNotAskedAgain() throws {
    ask()
    try say("one", status: "200 OK", "Connection: close")
    #expect(heard.words == ["one"])
    #expect(idle.take() == nil)
    #expect(!channel.isActive)
  }

  @Test func wordsThatAnswerNothingEndAnIdleConnection() throws {
    ask()
    try say("one", status: "200 OK")
    _ = try? channel.writeInbound(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"))
    #expect(idle.take() == nil)
    #expect(!channel.isActive)
    #expect(heard.words == ["one"])
  }

  @Test func twoAnswersAtOnceAreOneAnswerAndTheEnd() throws {
    ask()
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
    _ = try? channel.writeInbound(ByteBuffer(string: answer + answer))
    #expect(heard.words == ["one"])
    #expect(idle.take() == nil)
  }

  @Test(arguments: ["this is no HTTP", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 99999999 OK\r\n\r\n"])
  func whatIsNoHTTPIsGarbage(_ text: String) throws {
    ask()
    _ = try? channel.writeInbound(ByteBuffer(string: text + "\r\n\r\n"))
    #expect(heard.words == ["garbage after sending"])
    #expect(idle.take() == nil)
  }

  @Test(arguments: [0, 1])
  func anAnswerMayHaveSoManyBytesAndNoMore(_ extra: Int) throws {
    ask()
    let body = String(repeating: "a", count: WireProtocol.maximumBytes + extra)
    try say(body, status: "200 OK")
    #expect(heard.words == [extra == 0 ? body : "garbage"])
    #expect((idle.take() != nil) == (extra == 0))
  }

  @Test func aHeadMayNotBeEndless() throws {
    ask()
    _ = try? channel.writeInbound(ByteBuffer(string: "HTTP/1.1 200 OK\r\n"))
    for number in 0..<300 where heard.words.isEmpty {
      _ = try? channel.writeInbound(ByteBuffer(string: "X-\(number): \(String(repeating: "a", count: 100))\r\n"))
    }
    #expect(heard.words == ["garbage after sending"])
  }

  @Test func whoIsLateIsHungUpOnAndWhatTheyStillSayIsNobodys() throws {
    ask(within: 2)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1999))
    #expect(heard.words == [])
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(heard.words == ["deadline"])
    #expect(idle.take() == nil)
    #expect(!channel.isActive)
  }

  @Test func aConnectionThatEndsInTheMiddleBrokeAfterSending() throws {
    ask()
    try say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
    _ = try? channel.finish()
    #expect(heard.words == ["connection after sending"])
  }

  @Test func onAConnectionThatHasEndedNothingIsSent() throws {
    ask()
    try say("one", status: "200 OK")
    channel.close(promise: nil)
    #expect(idle.take() == nil)
    ask()
    #expect(heard.words == ["one", "connection"])
  }

  @Test func aConnectionThatNobodyNeedsEndsAfterHalfAMinute() throws {
    ask()
    try say("one", status: "200 OK")
    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(isKept)
    idle.put(connection)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(idle.take() == nil)
  }

  @Test func aConnectionThatIsAskedAgainDoesNotEndInTheMiddle() throws {
    ask()
    try say("one", status: "200 OK")
    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(isKept)
    ask()
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    try say("two", status: "200 OK")
    #expect(heard.words == ["one", "two"])
  }

  @Test func afterAnotherProtocolNothingIsHeardOnTheConnection() throws {
    ask()
    try say("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
    #expect(heard.words == ["status"])
    #expect(idle.take() == nil)
    #expect(!channel.isActive)
  }

  @Test func evenHalfAWordThatAnswersNothingEndsAnIdleConnection() throws {
    ask()
    try say("one", status: "200 OK")
    try say("H")
    #expect(idle.take() == nil)
    #expect(!channel.isActive)
  }

  @Test(arguments: ["HTTP/1.1 100 Continue\r\n\r\n", "1;\(String(repeating: "x", count: 100))\r\na\r\n"])
  func whatIsDroppedOnTheWayHasAnEnd(_ piece: String) throws {
    ask()
    let isChunk = piece.hasPrefix("1;")
    if isChunk { try say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") }
    for _ in 0..<100_000 where heard.words.isEmpty { _ = try? channel.writeInbound(ByteBuffer(string: piece)) }
    #expect(heard.words == ["garbage"])
    #expect(idle.take() == nil)
  }
}
