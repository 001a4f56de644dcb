import AccessModel
import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import GatewayHTTP

@Suite struct RouteTests {
  /// The description that is served, read as the list of its paths and methods.
  private func described() -> Set<String> {
    var found: Set<String> = []
    var path: String?
    var isWithinPaths = false
    for line in String(decoding: PackageResources.openapi_yaml, as: UTF8.self).split(separator: "\n") {
      if !line.hasPrefix(" ") { isWithinPaths = line.hasPrefix("paths:") }
      guard isWithinPaths else { continue }
      if line.hasPrefix("  /"), let end = line.lastIndex(of: ":") { path = String(line[..<end].dropFirst(2)) }
      for method in ["get", "head", "post"] where line == "    \(method):" {
        found.insert("\(method.uppercased()) \(path ?? "")")
      }
    }
    return found
  }

  @Test func theDescriptionNamesExactlyTheRoutesThatExist() async throws {
    let desk = try await Desk()
    let routes =
      desk.gateway.publicRouter().routes + desk.gateway.adminRouter().routes
      + desk.gateway.certificateRouter().routes.filter { $0.path.description != "/" }
    #expect(described() == Set(routes.map { "\($0.method.rawValue) \($0.path)" }))
  }

  @Test func everyAnswerCarriesARequestID() async throws {
    let desk = try await Desk()
    for path in ["/nowhere", "/oauth2/jwks", "/forward-auth"] {
      let answer = try await desk.send(.get, path)
      #expect(answer.headers[.requestID]?.isEmpty == false)
    }
  }

  @Test func anUnknownPathIsAProblemAndNotAPage() async throws {
    let answer = try await Desk().send(.get, "/nowhere")
    #expect(answer.status == 404)
    #expect(answer.headers[.contentType] == "application/problem+json")
    #expect(answer["type"] == "urn:varco:problem:no-such-page")
  }

  @Test func forwardAuthNeverRedirects() async throws {
    let answer = try await Desk().send(.get, "/forward-auth?scope=consultazione:slip")
    #expect(answer.status == 401)
    #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"varco\"")
  }
}
