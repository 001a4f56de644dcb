import AccessModel
import AuthenticatorKit
import Foundation
import Logging
import NIOHTTP1

/// The three requests of the protocol, answered by a module in Swift.
struct WireRoutes: Sendable {
  let module: any Authenticator
  let name: String
  let version: String?
  let logger: Logger

  /// What goes back: a status, and JSON.
  struct Answer: Sendable {
    let status: HTTPResponseStatus
    let json: Data
    var retryAfter: Int?
  }

  /// - Parameter body: nil where it had more bytes than a message may have.
  func answer(_ method: HTTPMethod, _ uri: String, _ body: Data?) async -> Answer {
    guard let body else { return error("the request is too long", .payloadTooLarge) }
    do {
      switch (method, uri) {
      case (.GET, WireProtocol.hello): return try hello()
      case (.POST, WireProtocol.begin): return try await begin(body)
      case (.POST, WireProtocol.resume): return try await resume(body)
      default: return error("there is nothing here", .notFound)
      }
    } catch {
      return trouble(error)
    }
  }

  private func hello() throws -> Answer {
    Answer(status: .ok, json: try WireCoding.encode(WireHello(name: name, version: version, module.descriptor)))
  }

  private func begin(_ body: Data) async throws -> Answer {
    let message = try WireCoding.decode(WireBegin.self, body)
    return try step(message.call, try await module.begin(try message.request()))
  }

  private func resume(_ body: Data) async throws -> Answer {
    let message = try WireCoding.decode(WireResume.self, body)
    let (answer, state) = try message.parts()
    return try step(message.call, try await module.resume(answer, from: state))
  }

  private func step(_ call: String, _ step: AuthenticationStep) throws -> Answer {
    Answer(status: .ok, json: try WireCoding.encode(WireStep(call: call, step, of: module.descriptor)))
  }

  private struct Trouble: Encodable { let error: String }

  private func error(_ words: String, _ status: HTTPResponseStatus, retryAfter: Int? = nil) -> Answer {
    // One word of ours can always be written.
    let json = (try? WireCoding.encode(Trouble(error: words))) ?? Data()
    return Answer(status: status, json: json, retryAfter: retryAfter)
  }

  private func trouble(_ fault: any Error) -> Answer {
    switch fault {
    case AuthenticatorFault.busy(let seconds): error("busy", .serviceUnavailable, retryAfter: seconds)
    case AuthenticatorFault.unavailable(let reason): unavailable(reason, .badGateway)
    case AuthenticatorFault.undecided(let reason): unavailable(reason, .internalServerError)
    case let fault as WireError: error(fault.description, .badRequest)
    default: unavailable("\(type(of: fault))", .internalServerError)
    }
  }

  private func unavailable(_ reason: String, _ status: HTTPResponseStatus) -> Answer {
    logger.error("fault", metadata: ["reason": "\(reason)"])
    return error("unavailable", status)
  }
}
