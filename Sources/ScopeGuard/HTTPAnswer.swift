import AccessModel
public import HTTPTypes

/// An answer ready for whichever server a service uses.
public struct HTTPAnswer: Sendable, Hashable {
  public let status: HTTPResponse.Status
  public let headers: HTTPFields
  public let body: [UInt8]

  init(status: HTTPResponse.Status, headers: HTTPFields, problem: JSONWriter) {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    self.status = status
    self.headers = headers
    body = problem.finished
  }
}

extension Refusal {
  /// The refusal as RFC 6750, RFC 9470 and RFC 9457 write it.
  public var answer: HTTPAnswer {
    HTTPAnswer(status: status, headers: [.wwwAuthenticate: challenge], problem: problem)
  }

  private var status: HTTPResponse.Status {
    switch code {
    case .invalidRequest: .badRequest
    case .insufficientScope: .forbidden
    case .missingToken, .invalidToken, .insufficientUserAuthentication: .unauthorized
    }
  }

  private var challenge: String {
    guard code != .missingToken else { return "Bearer" }
    var parameters = ["error=\(quoted(code.rawValue))", "error_description=\(quoted(reason.detail))"]
    if code == .insufficientUserAuthentication {
      if !acrValues.isEmpty { parameters.append("acr_values=\(quoted(acrValues.joined(separator: " ")))") }
      if let maxAge { parameters.append("max_age=\(quoted(String(maxAge.seconds)))") }
    }
    if namesScope { parameters.append("scope=\(quoted(scope.description))") }
    return "Bearer " + parameters.joined(separator: ", ")
  }

  private var namesScope: Bool { code == .insufficientScope || code == .insufficientUserAuthentication }

  private var problem: JSONWriter {
    var writer = JSONWriter()
    writer.add("type", "urn:varco:problem:\(code.rawValue.map { $0 == "_" ? "-" : String($0) }.joined())")
    writer.add("title", code.title)
    writer.add("status", Int64(status.code))
    writer.add("detail", reason.detail)
    writer.add("scope", scope.description)
    writer.add("enough", enough)
    return writer
  }

  /// What would be enough, for a program to act upon.
  private var enough: JSONWriter {
    var writer = JSONWriter()
    writer.add("scope", scope.description)
    if !acrValues.isEmpty { writer.add("acr_values", acrValues) }
    if let maxAge { writer.add("max_age", maxAge.seconds) }
    return writer
  }

  /// A `quoted-string` of RFC 9110 section 5.6.4, without anything that could end the header.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars where (0x20...0x7E).contains(scalar.value) {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}

extension ScopeGuardFault {
  /// 503 with `Retry-After` (RFC 9110 section 10.2.3): not let through, and nobody's fault outside.
  public var answer: HTTPAnswer {
    switch self {
    case .keysUnavailable(let seconds):
      var writer = JSONWriter()
      writer.add("type", "urn:varco:problem:keys-unavailable")
      writer.add("title", "Access tokens cannot be checked at the moment")
      writer.add("status", Int64(503))
      writer.add("detail", "The keys of the login broker are not to be had. Try again later.")
      return HTTPAnswer(status: .serviceUnavailable, headers: [.retryAfter: String(seconds)], problem: writer)
    }
  }
}
