import BrokerStore
import HTTPTypes
import Hummingbird
import Logging
import TokenService

extension HTTPField.Name {
  static var requestID: HTTPField.Name { HTTPField.Name("X-Request-Id") ?? .via }
  static var forwardedHost: HTTPField.Name { HTTPField.Name("X-Forwarded-Host") ?? .via }
}

/// The outermost layer: every answer gets a request id, every error a form that tells nothing it should not.
struct EdgeMiddleware: RouterMiddleware {
  typealias Context = GatewayContext
  /// Whether certificate headers are nobody's to send here (safety sentence 6): everywhere but behind the card's proxy.
  var dropsCertificateHeaders = true

  func handle(
    _ request: Request, context: GatewayContext,
    next: (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    if dropsCertificateHeaders { CertificateHeaders.dropForeign(request.headers) }
    var response: Response
    do { response = try await next(request, context) } catch { response = answer(error, request, context) }
    response.headers[.requestID] = context.id
    if response.status == .contentTooLarge, let connection = context.connection {
      response = response.closing(connection)
    }
    return request.method == .head ? response.withoutBody : response
  }

  private func answer(_ error: any Error, _ request: Request, _ context: GatewayContext) -> Response {
    switch error {
    case let error as OAuthError:
      log(error, request, context)
      return error.response
    case let error as StoreError:
      context.logger.error("store", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"])
      return Problem(.serviceUnavailable, "unavailable", detail: "try again in a few seconds")
        .response([.retryAfter: "2"])
    case let error as any HTTPResponseError:
      return answer(status: error.status, request)
    default:
      context.logger.error("unexpected", metadata: ["path": "\(request.uri.path)", "type": "\(type(of: error))"])
      return Problem(.internalServerError, "internal").response()
    }
  }

  private func answer(status: HTTPResponse.Status, _ request: Request) -> Response {
    switch status {
    case .notFound: Problem(.notFound, "no-such-page", detail: "there is nothing at this path").response()
    case .contentTooLarge: Problem(.contentTooLarge, "too-large", detail: "the body may have 64 KiB").response()
    case let status where status.kind == .clientError: Problem(status, "bad-request").response()
    default: Problem(.internalServerError, "internal").response()
    }
  }

  private func log(_ error: OAuthError, _ request: Request, _ context: GatewayContext) {
    let metadata: Logger.Metadata = [
      "path": "\(request.uri.path)", "error": "\(error.code.rawValue)",
      "reason": "\(error.reason ?? error.description)",
    ]
    switch error.code {
    case .serverError, .temporarilyUnavailable: context.logger.error("refused", metadata: metadata)
    default: context.logger.info("refused", metadata: metadata)
    }
  }
}
