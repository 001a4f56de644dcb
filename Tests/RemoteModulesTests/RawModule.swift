import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ModuleWire
import NIOCore
import RemoteModulesTesting
import ServiceLifecycle
import Synchronization

/// A module that says what a test tells it to, on a real socket: what no module in Swift would say, too.
struct RawModule: Sendable {
  struct Reply: Sendable {
    var status = 200
    var retryAfter: String?
    /// `CALL` stands for the request's call, `PSEUDONYM` for whom a begin is about.
    let text: String

    init(_ text: String, status: Int = 200, retryAfter: String? = nil) {
      self.text = text
      self.status = status
      self.retryAfter = retryAfter
    }

    static let prompt = Reply(
      """
      {"call": "CALL", "step": "prompt", "state": "YWJj", "prompt": {"id": "who", "fields": [
       {"name": "account", "label": "Name", "kind": "account"}, {"name": "word", "label": "Word", "kind": "secret"}]}}
      """)

    static func verified(_ subject: String, _ more: String = "") -> Reply {
      Reply(#"{"call": "CALL", "step": "verified", "identity": {"subject": \#(subject)\#(more)}}"#)
    }

    static func denied(_ denial: String) -> Reply {
      Reply(#"{"call": "CALL", "step": "denied", "denial": \#(denial)}"#)
    }

    static func redirect(_ url: String) -> Reply {
      Reply(#"{"call": "CALL", "step": "redirect", "state": "", "redirect": {"url": "\#(url)"}}"#)
    }
  }

  /// A request that came, in the order in which they came.
  struct Request: Sendable, Equatable {
    let path: String
    let body: String
  }

  private final class Record: Sendable {
    let requests = Mutex<[Request]>([])
  }

  let hello: String
  let begin: @Sendable () async -> Reply
  let resume: @Sendable () async -> Reply
  private let record = Record()

  init(
    hello: String = RawModule.hello(), begin: @escaping @Sendable () async -> Reply = { .prompt },
    resume: @escaping @Sendable () async -> Reply = { .denied(#"{"reason": "bad-credentials"}"#) }
  ) {
    self.hello = hello
    self.begin = begin
    self.resume = resume
  }

  static func hello(role: String = "primary", assurance: String = "low", ceiling: String = "consultation") -> String {
    """
    {"protocol": 1, "name": "raw", "role": "\(role)", "assurance": "\(assurance)", "ceiling": "\(ceiling)",
     "capabilities": []}
    """
  }

  var requests: [Request] { record.requests.withLock { $0 } }

  /// Serves it while `body` runs.
  func run<Value: Sendable>(_ body: @escaping @Sendable (_ socket: String) async throws -> Value) async throws -> Value
  {
    try await withShortFolder { folder in
      let socket = "\(folder)/raw.sock"
      let logger = Logger(label: "raw") { _ in SwiftLogNoOpLogHandler() }
      return try await withRunning { meanwhile in
        let application = Application(
          router: router(), configuration: .init(address: .unixDomainSocket(path: socket)),
          onServerRunning: { _ in meanwhile.begin() }, logger: logger)
        try await ServiceGroup(
          configuration: .init(services: [.init(service: application), meanwhile.configuration], logger: logger)
        ).run()
      } _: {
        try await body(socket)
      }
    }
  }

  private func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/v1/hello") { request, _ in try await respond(request, Reply(hello)) }
    router.post("/v1/begin") { request, _ in try await respond(request, await begin()) }
    router.post("/v1/resume") { request, _ in try await respond(request, await resume()) }
    return router
  }

  private func respond(_ request: Hummingbird.Request, _ reply: Reply) async throws -> Response {
    let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
    record.requests.withLock { $0.append(Request(path: request.uri.path, body: body)) }
    let sent = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
    let subject = (sent?["login"] as? [String: Any])?["subject"] as? [String: Any]
    let text = reply.text.replacingOccurrences(of: "CALL", with: sent?["call"] as? String ?? "")
      .replacingOccurrences(of: "PSEUDONYM", with: subject?["pseudonym"] as? String ?? "")
    var headers = HTTPFields()
    headers[.retryAfter] = reply.retryAfter
    return Response(
      status: .init(code: reply.status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
