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
    do {
      guard let body else { return try error("the request is too long", .payloadTooLarge) }
      switch (method, uri) {
      case (.GET, WireProtocol.hello): return try hello()
      case (.POST, WireProtocol.begin): return try await begin(body)
      case (.POST, WireProtocol.resume): return try await resume(body)
      default: return try error("there is nothing here", .notFound)
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

  private func error(_ words: String, _ status: HTTPResponseStatus) throws -> Answer {
    Answer(status: status, json: try WireCoding.encode(Trouble(error: words)))
  }

  private func trouble(_ fault: any Error) -> Answer {
    do {
      switch fault {
      case AuthenticatorFault.busy(let seconds):
        var answer = try error("busy", .serviceUnavailable)
        answer.retryAfter = seconds
        return answer
      case AuthenticatorFault.unavailable(let reason): return try unavailable(reason, .badGateway)
      case AuthenticatorFault.undecided(let reason): return try unavailable(reason, .internalServerError)
      case let fault as WireError: return try error(fault.description, .badRequest)
      default: return try unavailable("\(type(of: fault))", .internalServerError)
      }
    } catch {
      return Answer(status: .internalServerError, json: Data("{}".utf8))
    }
  }

  private func unavailable(_ reason: String, _ status: HTTPResponseStatus) throws -> Answer {
    logger.error("fault", metadata: ["reason": "\(reason)"])
    return try error("unavailable", status)
  }
}
