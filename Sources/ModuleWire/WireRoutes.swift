import AccessModel
import AuthenticatorKit
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOFoundationCompat

/// The three requests of the protocol, answered by a module in Swift.
struct WireRoutes: Sendable {
  let module: any Authenticator
  let name: String
  let version: String?
  let logger: Logger

  func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.get(RouterPath(WireProtocol.hello)) { _, _ in try hello() }
    router.post(RouterPath(WireProtocol.begin)) { request, _ in
      try await answer(request, WireBegin.self, \.call) { message in
        let login = try message.request()
        return try await module.begin(login)
      }
    }
    router.post(RouterPath(WireProtocol.resume)) { request, _ in
      try await answer(request, WireResume.self, \.call) { message in
        let (answer, state) = try message.parts()
        return try await module.resume(answer, from: state)
      }
    }
    return router
  }

  private func hello() throws -> Response {
    try json(WireHello(name: name, version: version, module.descriptor), .ok)
  }

  private struct Trouble: Encodable { let error: String }

  private func answer<Message: Decodable>(
    _ request: Request, _ type: Message.Type, _ call: @Sendable (Message) -> String,
    _ body: @Sendable (Message) async throws -> AuthenticationStep
  ) async throws -> Response {
    do {
      let bytes = try await request.body.collect(upTo: WireProtocol.maximumBytes)
      let message = try WireCoding.decode(type, Data(buffer: bytes))
      return try json(WireStep(call: call(message), try await body(message), of: module.descriptor), .ok)
    } catch {
      return try trouble(error)
    }
  }

  private func trouble(_ error: any Error) throws -> Response {
    switch error {
    case AuthenticatorFault.busy(let seconds):
      var response = try json(Trouble(error: "busy"), .serviceUnavailable)
      response.headers[.retryAfter] = String(seconds)
      return response
    case AuthenticatorFault.unavailable(let reason): return try trouble(reason, .badGateway)
    case AuthenticatorFault.undecided(let reason): return try trouble(reason, .internalServerError)
    case let error as WireError: return try json(Trouble(error: error.description), .badRequest)
    case is NIOTooManyBytesError: return try json(Trouble(error: "the request is too long"), .contentTooLarge)
    default: throw error
    }
  }

  private func trouble(_ reason: String, _ status: HTTPResponse.Status) throws -> Response {
    logger.error("fault", metadata: ["reason": "\(reason)"])
    return try json(Trouble(error: "unavailable"), status)
  }

  private func json(_ message: some Encodable, _ status: HTTPResponse.Status) throws -> Response {
    let bytes = ByteBuffer(data: try WireCoding.encode(message))
    return Response(
      status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
  }
}
