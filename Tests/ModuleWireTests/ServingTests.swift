import AccessModel
import AsyncHTTPClient
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import ModuleWire
import NIOCore
import NIOHTTP1
import RemoteModulesTesting
import Testing

/// A module in Swift as a process serves it.
@Suite struct ServingTests {
  private struct Answer {
    let status: Int
    let retryAfter: String?
    let text: String
  }

  private func send(_ socket: String, _ uri: String, _ body: String? = nil) async throws -> Answer {
    let address = try #require(URL(httpURLWithSocketPath: socket, uri: uri))
    var request = HTTPClientRequest(url: address.absoluteString)
    if let body {
      request.method = .POST
      request.body = .bytes(ByteBuffer(string: body))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let bytes = try await response.body.collect(upTo: 1 << 20)
    return Answer(
      status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
      text: String(buffer: bytes))
  }

  private func resume(_ name: String, fields: String = "") -> String {
    """
    {"call": "c", "instance": "k", "issuer": "i:", "state": "YXNrZWQ=",
     "answer": {"fields": {"account": "\(name)", "watchword": "\(KeepsakeModule.watchword)"\(fields)}}}
    """
  }

  @Test func theSocketIsForTheOwnerAndTheGroup() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      let attributes = try FileManager.default.attributesOfItem(atPath: socket)
      #expect(attributes[.posixPermissions] as? Int == 0o660)
      let folder = URL(fileURLWithPath: socket).deletingLastPathComponent()
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.filter { $0.hasPrefix(".") } == [], "the folder in which it was made is gone")
    }
  }

  @Test func theSocketGoesWithItsProcessAndASecondOneIsRefused() async throws {
    try await withShortFolder { folder in
      let (socket, place) = ("\(folder)/module.sock", ServingPlace(folder: "\(folder)/memory"))
      try await withRunning { meanwhile in
        try await serve(KeepsakeModule.self, socket: socket, place: place, meanwhile: meanwhile)
      } _: { () async throws in
        await #expect(throws: ServeError.self) { try await serve(KeepsakeModule.self, socket: socket) }
        #expect(try await send(socket, WireProtocol.hello).status == 200, "the first one is as well as before")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["memory"])
    }
  }

  @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
    try await withShortFolder { folder in
      let path = "\(folder)/module.sock"
      try Data("a letter".utf8).write(to: URL(fileURLWithPath: path))
      await #expect(throws: ServeError.self) { try await serve(KeepsakeModule.self, socket: path) }
      #expect(FileManager.default.contents(atPath: path) == Data("a letter".utf8))
    }
  }

  @Test func aSettingThatNobodyReadsIsRefused() async throws {
    await #expect(throws: ConfigurationError.self) {
      try await withServed(KeepsakeModule.self, settings: #"{"colour": "red"}"#) { _ in }
    }
  }

  @Test func helloSaysWhatTheModuleIs() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      let answer = try await send(socket, WireProtocol.hello)
      let hello = try WireCoding.decode(WireHello.self, Data(answer.text.utf8))
      #expect(hello.name == "keepsake")
      #expect(hello.version == "1.0")
      let said = try hello.descriptor()
      #expect(said.assurance == .substantial)
      #expect(said.ceiling == .dispositive)
      #expect(try Schemas.judge([Schemas.Question(schema: .hello, text: answer.text)]) == [[]])
    }
  }

  @Test func anAnswerIsAStepOfTheSameCall() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      let answer = try await send(socket, WireProtocol.resume, resume("anna"))
      #expect(answer.status == 200)
      #expect(try Schemas.judge([Schemas.Question(schema: .step, text: answer.text)]) == [[]])
      let step = try WireCoding.decode(WireStep.self, Data(answer.text.utf8))
      #expect(try step.read(for: "c") == .verified(.local("anna"), right: nil, level: nil))
    }
  }

  /// The wire has no contexts, and a weak one must not become the instance's full right.
  @Test func aLoginInAWeakContextIsServedAsAWeakOne() async throws {
    try await withServed(LevelledModule.self) { socket in
      let answer = try await send(socket, WireProtocol.resume, resume("anna"))
      let step = try WireCoding.decode(WireStep.self, Data(answer.text.utf8))
      #expect(try step.read(for: "c") == .verified(.local("anna"), right: .consultation, level: .low))
    }
  }

  /// An error says what is wrong with the request, and nothing of what it held.
  @Test func everyTroubleIsAStatusAndAnErrorAndNoStep() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      let long = resume("anna", fields: #", "more": "\#(String(repeating: "a", count: 64 << 10))""#)
      let troubles: [(uri: String, body: String?, status: Int, error: String?)] = [
        (WireProtocol.resume, resume("busy"), 503, "busy"), (WireProtocol.resume, resume("broken"), 502, "unavailable"),
        (WireProtocol.resume, "{}", 400, "the field call is missing"),
        (WireProtocol.begin, "zz9", 400, "this is no JSON"),
        (WireProtocol.resume, long, 413, "the request is too long"), ("/v1/else", nil, 404, nil),
        (WireProtocol.begin, nil, 404, nil),
      ]
      for trouble in troubles {
        let answer = try await send(socket, trouble.uri, trouble.body)
        #expect(answer.status == trouble.status)
        #expect(answer.retryAfter == (trouble.status == 503 ? "5" : nil))
        guard let error = trouble.error else { continue }
        #expect(try JSONDecoder().decode([String: String].self, from: Data(answer.text.utf8)) == ["error": error])
      }
      #expect(try await send(socket, WireProtocol.hello).status == 200)
    }
  }
}
