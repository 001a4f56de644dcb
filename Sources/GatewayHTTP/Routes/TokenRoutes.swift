import Hummingbird
import Metrics
import TokenService

/// `/oauth2/token`, `/oauth2/introspect` and `/oauth2/revoke`: what clients do by themselves.
struct TokenRoutes: Sendable {
  let clients: ClientAuthenticator
  let endpoint: TokenEndpoint
  let introspection: Introspection
  let revocation: Revocation

  func mount(on router: RouterGroup<GatewayContext>) {
    router.post("token", use: token)
    router.post("introspect", use: introspect)
    router.post("revoke", use: revoke)
  }

  @Sendable private func token(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let (client, parameters) = try await authenticated(request)
    let reply = try await endpoint.answer(parameters, from: client)
    Counter(label: "varco_tokens_issued_total", dimensions: [("grant", parameters["grant_type"] ?? "")]).increment()
    return JSONReply.response(reply, .ok, [.cacheControl: "no-store"])
  }

  @Sendable private func introspect(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let (client, parameters) = try await authenticated(request)
    let reply = try await introspection.answer(try parameters.require("token"), for: client)
    return JSONReply.response(reply, .ok, [.cacheControl: "no-store"])
  }

  @Sendable private func revoke(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let (client, parameters) = try await authenticated(request)
    try await revocation.revoke(try parameters.require("token"), from: client)
    return Response(status: .ok, headers: [.cacheControl: "no-store"])
  }

  private func authenticated(_ request: Request) async throws -> (Client, OAuthParameters) {
    let parameters = try await FormBody.read(request)
    return (try await clients.authenticate(try ClientCredentials(request, parameters)), parameters)
  }
}
