import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TokenService

/// An error as RFC 9457 writes it, for everything that is not an OAuth endpoint.
struct Problem: Encodable {
  let type: String
  let title: String
  let status: Int
  var detail: String?
  /// The stable word of ``AccessRefusal/Reason`` where a decision was refused.
  var reason: String?
  var scope: String?
  var acrValues: [String]?
  var maxAge: Int64?

  enum CodingKeys: String, CodingKey {
    case type, title, status, detail, reason, scope
    case acrValues = "acr_values"
    case maxAge = "max_age"
  }

  init(_ status: HTTPResponse.Status, _ code: String, detail: String? = nil) {
    type = "urn:varco:problem:\(code)"
    title = status.reasonPhrase
    self.status = status.code
    self.detail = detail
  }

  func response(_ headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    return JSONReply.response(self, .init(code: status), type: "application/problem+json", headers)
  }
}

/// Writes JSON answers.
enum JSONReply {
  static func response(
    _ value: some Encodable, _ status: HTTPResponse.Status = .ok, type: String = "application/json",
    _ headers: HTTPFields = [:]
  ) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
    return bytes(ByteBuffer(bytes: data), status, type: type, headers)
  }

  static func bytes(
    _ body: ByteBuffer, _ status: HTTPResponse.Status = .ok, type: String, _ headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = type
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
  }
}

extension OAuthError {
  private struct Body: Encodable {
    let error: String
    let errorDescription: String
    enum CodingKeys: String, CodingKey {
      case error
      case errorDescription = "error_description"
    }
  }

  /// The answer that RFC 6749 section 5.2 asks for.
  var response: Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if code == .invalidClient { headers[.wwwAuthenticate] = "Basic realm=\"varco\"" }
    if let retryAfter { headers[.retryAfter] = String(retryAfter) }
    return JSONReply.response(Body(error: code.rawValue, errorDescription: description), status, headers)
  }

  private var status: HTTPResponse.Status {
    switch code {
    case .invalidClient: .unauthorized
    case .temporarilyUnavailable: .serviceUnavailable
    case .serverError: .internalServerError
    default: .badRequest
    }
  }
}
