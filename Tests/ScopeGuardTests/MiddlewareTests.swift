import AccessModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ScopeGuard
import ScopeGuardHummingbird
import Testing

@testable import DemoPortal

/// The portal as a client sees it: statuses, challenges and bodies to the letter.
struct MiddlewareTests {
  let key: TestKey
  let broker: TestBroker

  init() async throws {
    key = try await .es256("k1")
    broker = TestBroker(key)
  }

  private func send(
    _ method: HTTPRequest.Method, _ path: String, _ scope: String? = nil, change: (inout TestToken) -> Void = { _ in }
  ) async throws -> TestResponse {
    var headers = HTTPFields()
    if let scope {
      var token = TestToken(scope: scope, kid: "k1", now: broker.clock.now)
      change(&token)
      headers[.authorization] = "Bearer " + (try token.signed(by: key))
    }
    return try await send(method, path, headers: headers)
  }

  private func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields
  ) async throws -> TestResponse {
    let portal = DemoPortal(verifier: broker.verifier(), random: { Array(repeating: 7, count: $0) })
    return try await Application(router: portal.router()).test(.router) { client in
      try await client.execute(uri: path, method: method, headers: headers)
    }
  }

  private func text(_ response: TestResponse) -> String { String(buffer: response.body) }

  @Test func withoutATokenTheChallengeHasNoErrorCode() async throws {
    let response = try await send(.get, "/estratto-conto")
    #expect(response.status == .unauthorized)
    #expect(response.headers[.wwwAuthenticate] == "Bearer")
    #expect(response.headers[.contentType] == "application/problem+json")
    #expect(response.headers[.cacheControl] == "no-store")
    #expect(
      text(response)
        == #"{"type":"urn:varco:problem:missing-token","title":"An access token is needed","status":401,"#
        + #""detail":"Send an access token in the Authorization header.","scope":"consultazione:estratto-conto","#
        + #""enough":{"scope":"consultazione:estratto-conto"}}"#)
  }

  @Test func anInvalidTokenIsSaidToBeOne() async throws {
    let response = try await send(.get, "/estratto-conto", "consultazione:estratto-conto") { $0.claims["exp"] = "1" }
    #expect(response.status == .unauthorized)
    #expect(
      response.headers[.wwwAuthenticate]
        == #"Bearer error="invalid_token", error_description="The access token has expired.""#)
    #expect(text(response).contains("urn:varco:problem:invalid-token"))
  }

  @Test func aMissingScopeIsNamed() async throws {
    let response = try await send(.get, "/estratto-conto", "consultazione:profilo")
    #expect(response.status == .forbidden)
    #expect(
      response.headers[.wwwAuthenticate]
        == #"Bearer error="insufficient_scope", "#
        + #"error_description="The access token lacks the scope of this operation.", "#
        + #"scope="consultazione:estratto-conto""#)
  }

  @Test func aConsultationTokenIsAskedToStepUp() async throws {
    let response = try await send(.post, "/domanda-disoccupazione", "consultazione:domanda-disoccupazione")
    #expect(response.status == .unauthorized)
    #expect(
      response.headers[.wwwAuthenticate]
        == #"Bearer error="insufficient_user_authentication", "#
        + #"error_description="The access token allows to consult this service, not to dispose.", "#
        + #"acr_values="https://varco.test/acr/dispositivo", max_age="900", "#
        + #"scope="dispositivo:domanda-disoccupazione""#)
    #expect(
      text(response)
        == #"{"type":"urn:varco:problem:insufficient-user-authentication","#
        + #""title":"A stronger or more recent login is needed","status":401,"#
        + #""detail":"The access token allows to consult this service, not to dispose.","#
        + #""scope":"dispositivo:domanda-disoccupazione","enough":{"scope":"dispositivo:domanda-disoccupazione","#
        + #""acr_values":["https://varco.test/acr/dispositivo"],"max_age":900}}"#)
  }

  @Test func twoAuthorizationHeadersAreABadRequest() async throws {
    let token = try TestToken(scope: "consultazione:profilo", kid: "k1", now: broker.clock.now).signed(by: key)
    var headers = HTTPFields()
    headers.append(HTTPField(name: .authorization, value: "Bearer \(token)"))
    headers.append(HTTPField(name: .authorization, value: "Bearer \(token)"))
    let response = try await send(.get, "/profilo", headers: headers)
    #expect(response.status == .badRequest)
    #expect(response.headers[.wwwAuthenticate]?.hasPrefix(#"Bearer error="invalid_request""#) == true)
  }

  @Test func aTokenInTheURLIsNotLookedAt() async throws {
    let token = try TestToken(scope: "consultazione:profilo", kid: "k1", now: broker.clock.now).signed(by: key)
    #expect(try await send(.get, "/profilo?access_token=\(token)").status == .unauthorized)
  }

  @Test func withoutKeysTheAnswerIs503() async throws {
    broker.goDown()
    let response = try await send(.get, "/profilo", "consultazione:profilo")
    #expect(response.status == .serviceUnavailable)
    #expect(response.headers[.retryAfter] == "10")
    #expect(text(response).contains("urn:varco:problem:keys-unavailable"))
  }

  @Test func noRefusalRepeatsWhatWasSent() async throws {
    let code = "RSSMRA85T10A562S"
    for scope in ["consultazione:profilo", "dispositivo:isee", "consultazione:isee"] {
      let response = try await send(.post, "/isee", scope) { token in
        token.claims["sub"] = "\"\(code)\""
        token.claims["iss"] = scope == "dispositivo:isee" ? "\"\(code)\"" : token.claims["iss"]
      }
      #expect(response.status != .ok)
      #expect(!(text(response) + "\(response.headers)").contains(code))
    }
  }

  @Test func everyRouteHoldsItsDemand() async throws {
    for route in DemoPortal.routes {
      let less = route.right == .dispositive ? route.scope.replacing("dispositivo:", with: "consultazione:") : "openid"
      #expect(try await send(route.method, route.path).status == .unauthorized, "\(route.path)")
      #expect(try await send(route.method, route.path, less).status != .ok, "\(route.path)")
      #expect(try await send(route.method, route.path, route.scope).status == .ok, "\(route.path)")
    }
    #expect(DemoPortal.routes.count == 16)
  }

  @Test func anApplicationGetsAReceiptAndNothingPersonal() async throws {
    let response = try await send(.post, "/ricongiunzione", "dispositivo:ricongiunzione.presentazione")
    #expect(text(response).contains(#""receipt":"DP-7777777777""#))
    #expect(text(response).contains("pairwise-4711"))
  }

  @Test func theListOfRoutesIsForEverybody() async throws {
    let response = try await send(.get, "/")
    #expect(response.status == .ok)
    for route in DemoPortal.routes { #expect(text(response).contains("\"\(route.scope)\"")) }
  }

  @Test func aRouteWithoutItsGuardIsClosed() async throws {
    let router = Router(context: ScopeGuardContext.self)
    router.group(context: GuardedContext<ScopeGuardContext>.self).get("/forgotten") { _, context in
      context.token.subject
    }
    let response = try await Application(router: router).test(.router) { client in
      try await client.execute(uri: "/forgotten", method: .get)
    }
    #expect(response.status == .internalServerError)
  }

  @Test func theMiddlewareReadsAsTheDocumentationSays() async throws {
    let verifier = broker.verifier()
    let router = Router(context: ScopeGuardContext.self)
    router.group()
      .add(middleware: try ScopeGuard(.dispositive, "ricongiunzione", operation: "presentazione", verifier))
      .post("/ricongiunzione") { _, context in context.verifiedToken?.subject ?? "nobody" }
    let token = try TestToken(
      scope: "dispositivo:ricongiunzione.presentazione", kid: "k1", now: broker.clock.now
    ).signed(by: key)
    let response = try await Application(router: router).test(.router) { client in
      try await client.execute(
        uri: "/ricongiunzione", method: .post, headers: [.authorization: "Bearer \(token)"])
    }
    #expect(text(response) == "pairwise-4711")
  }
}
