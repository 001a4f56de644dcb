import AuthenticatorKit
import Foundation
import GatewayHTTP
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore

/// An answer as the tests look at it.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: String

  subscript(key: String) -> String? {
    let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
    return object?[key] as? String
  }
}

extension Desk {
  /// Posts to the login conversation as the client `app`.
  func challenge(_ fields: [String: String]) async throws -> Answer {
    var form = ["client_id": "app", "client_secret": secret.utf8Text ?? ""]
    form.merge(fields) { $1 }
    return try await post("/oauth2/authorize-challenge", form)
  }

  /// A first request of a login for reading.
  func begin(_ fields: [String: String], scope: String = "consultazione:slip") async throws -> Answer {
    var all = ["scope": scope, "code_challenge": Desk.challenge, "code_challenge_method": "S256"]
    all.merge(fields) { $1 }
    return try await challenge(all)
  }

  func post(_ path: String, _ form: [String: String]) async throws -> Answer {
    let body = form.map { "\($0.key)=\(Desk.escaped($0.value))" }.joined(separator: "&")
    return try await send(
      .post, path, [.contentType: "application/x-www-form-urlencoded"], body: ByteBuffer(string: body))
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], body: ByteBuffer? = nil
  ) async throws -> Answer {
    try await Application(router: gateway.publicRouter()).test(.router) { client in
      try await client.execute(uri: path, method: method, headers: headers, body: body) { response in
        Answer(
          status: response.status.code, headers: response.headers, body: String(buffer: response.body))
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}
