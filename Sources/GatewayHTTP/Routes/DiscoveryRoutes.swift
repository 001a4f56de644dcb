import AccessModel
import BrokerCore
import Hummingbird
import NIOCore
import TokenService

/// What clients and services can find out by themselves: metadata, keys, the API's description.
struct DiscoveryRoutes: Sendable {
  let issuer: String
  let rules: BrokerRules
  let keys: SigningKeys

  func mount(on router: RouterGroup<GatewayContext>) {
    router.get(".well-known/oauth-authorization-server", use: metadata)
    router.get("oauth2/jwks", use: keySet)
    router.get("openapi.yaml", use: description)
  }

  /// Authorization server metadata (RFC 8414 section 2): only what works.
  private struct Metadata: Encodable {
    let issuer: String
    let authorization_challenge_endpoint: String
    let token_endpoint: String
    let jwks_uri: String
    let introspection_endpoint: String
    let revocation_endpoint: String
    let scopes_supported: [String]
    let response_types_supported = ["code"]
    let grant_types_supported = Client.Grant.allCases.map(\.rawValue)
    let token_endpoint_auth_methods_supported = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let token_endpoint_auth_signing_alg_values_supported = ["ES256", "ES384", "RS256", "PS256"]
    let introspection_endpoint_auth_methods_supported = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let revocation_endpoint_auth_methods_supported = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let code_challenge_methods_supported = ["S256"]
    let acr_values_supported: [String]
  }

  @Sendable private func metadata(_ request: Request, _ context: GatewayContext) async throws -> Response {
    JSONReply.response(
      Metadata(
        issuer: issuer, authorization_challenge_endpoint: "\(issuer)/oauth2/authorize-challenge",
        token_endpoint: "\(issuer)/oauth2/token", jwks_uri: "\(issuer)/oauth2/jwks",
        introspection_endpoint: "\(issuer)/oauth2/introspect", revocation_endpoint: "\(issuer)/oauth2/revoke",
        scopes_supported: rules.catalogue.scopes + ["offline_access"],
        acr_values_supported: rules.policy.rows.filter(\.isEnabled).map(\.acr).uniqued()),
      .ok, [.cacheControl: "public, max-age=60"])
  }

  @Sendable private func keySet(_ request: Request, _ context: GatewayContext) async throws -> Response {
    JSONReply.bytes(
      ByteBuffer(string: keys.keySet), .ok, type: "application/jwk-set+json", [.cacheControl: "public, max-age=60"])
  }

  @Sendable private func description(_ request: Request, _ context: GatewayContext) async throws -> Response {
    JSONReply.bytes(
      ByteBuffer(bytes: PackageResources.openapi_yaml), .ok, type: "application/yaml",
      [.cacheControl: "public, max-age=60"])
  }
}

extension ServiceCatalogue {
  /// Every service scope that the catalogue can give, sorted.
  var scopes: [String] {
    services.values.flatMap { service in
      service.rights.map { ServiceScope($0, service.id).description }
        + service.operations.map { ServiceScope($0.right, service.id, operation: $0.id).description }
    }.sorted()
  }
}

extension Sequence where Element: Hashable {
  func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
