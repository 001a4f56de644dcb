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
    let challengeEndpoint: String
    let tokenEndpoint: String
    let keySet: String
    let introspectionEndpoint: String
    let revocationEndpoint: String
    let scopes: [String]
    let responseTypes = ["code"]
    let grantTypes = Client.Grant.allCases.map(\.rawValue)
    let tokenMethods = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let tokenAlgorithms = ["ES256", "ES384", "RS256", "PS256"]
    let introspectionMethods = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let revocationMethods = Client.AuthenticationMethod.allCases.map(\.rawValue)
    let challengeMethods = ["S256"]
    let acrValues: [String]

    enum CodingKeys: String, CodingKey {
      case issuer
      case challengeEndpoint = "authorization_challenge_endpoint"
      case tokenEndpoint = "token_endpoint"
      case keySet = "jwks_uri"
      case introspectionEndpoint = "introspection_endpoint"
      case revocationEndpoint = "revocation_endpoint"
      case scopes = "scopes_supported"
      case responseTypes = "response_types_supported"
      case grantTypes = "grant_types_supported"
      case tokenMethods = "token_endpoint_auth_methods_supported"
      case tokenAlgorithms = "token_endpoint_auth_signing_alg_values_supported"
      case introspectionMethods = "introspection_endpoint_auth_methods_supported"
      case revocationMethods = "revocation_endpoint_auth_methods_supported"
      case challengeMethods = "code_challenge_methods_supported"
      case acrValues = "acr_values_supported"
    }
  }

  @Sendable private func metadata(_ request: Request, _ context: GatewayContext) async throws -> Response {
    JSONReply.response(
      Metadata(
        issuer: issuer, challengeEndpoint: "\(issuer)/oauth2/authorize-challenge",
        tokenEndpoint: "\(issuer)/oauth2/token", keySet: "\(issuer)/oauth2/jwks",
        introspectionEndpoint: "\(issuer)/oauth2/introspect", revocationEndpoint: "\(issuer)/oauth2/revoke",
        scopes: rules.catalogue.scopes + ["offline_access"],
        acrValues: rules.policy.rows.filter(\.isEnabled).map(\.acr).uniqued()),
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

  /// Whether the names of a scope are the catalogue's own; those of any other must not be repeated.
  func knows(_ scope: ServiceScope) -> Bool {
    guard let service = services[scope.service] else { return false }
    return scope.operation.map { id in service.operations.contains { $0.id == id } } ?? true
  }
}

extension Sequence where Element: Hashable {
  func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
