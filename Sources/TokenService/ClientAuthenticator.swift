import AccessModel
public import AuthenticatorKit
public import BrokerStore
import Foundation
import JWTKit
import Sealing

/// What a request brings to prove which client it comes from.
public enum ClientCredentials: Sendable {
  case secretBasic(id: String, Secret)
  case secretPost(id: String, Secret)
  /// A signed assertion (RFC 7523 section 2.2), with the `client_id` parameter if there was one.
  case assertion(String, id: String?)
  case none
}

/// Authenticates clients by the one method that each is registered for.
public struct ClientAuthenticator: Sendable {
  private let registry: ClientRegistry
  private let once: OnceStore
  private let audiences: Set<String>
  private let world: World

  /// - Parameter audiences: what an assertion may name as `aud`: the issuer and its endpoints.
  public init(registry: ClientRegistry, once: OnceStore, audiences: Set<String>, world: World) {
    self.registry = registry
    self.once = once
    self.audiences = audiences
    self.world = world
  }

  /// - Throws: ``OAuthError`` `invalid_client`, the same whatever was wrong; the reason is for the log.
  public func authenticate(_ credentials: ClientCredentials) async throws(OAuthError) -> Client {
    switch credentials {
    case .none: throw ClientAuthenticator.refused("no client authentication")
    case .secretBasic(let id, let secret): return try await check(id, secret, method: .clientSecretBasic)
    case .secretPost(let id, let secret): return try await check(id, secret, method: .clientSecretPost)
    case .assertion(let assertion, let id): return try await check(assertion: assertion, id: id)
    }
  }

  private func check(_ id: String, _ secret: Secret, method: Client.AuthenticationMethod) async throws(OAuthError)
    -> Client
  {
    guard let client = try await find(id) else { throw ClientAuthenticator.refused("unknown client") }
    guard client.method == method else { throw ClientAuthenticator.refused("registered for \(client.method.rawValue)") }
    guard registry.matches(secret, client) else { throw ClientAuthenticator.refused("wrong secret") }
    return client
  }

  private func check(assertion: String, id: String?) async throws(OAuthError) -> Client {
    guard assertion.utf8.count <= 8192, let claimed = ClientAssertion.claimedIssuer(assertion) else {
      throw ClientAuthenticator.refused("malformed assertion")
    }
    guard id == nil || id == claimed else { throw ClientAuthenticator.refused("client_id and assertion differ") }
    guard let client = try await find(claimed), client.method == .privateKeyJWT, let keySet = client.keySet else {
      throw ClientAuthenticator.refused("unknown client, or not registered for private_key_jwt")
    }
    guard let claims = await ClientAssertion.verify(assertion, keySet: keySet) else {
      throw ClientAuthenticator.refused("the assertion's signature is wrong")
    }
    try await check(claims, of: client)
    return client
  }

  /// RFC 7523 section 3, with a lifetime of 60 seconds at most and each `jti` once.
  private func check(_ claims: ClientAssertion, of client: Client) async throws(OAuthError) {
    let now = world.now()
    let expiry = Instant(seconds: claims.exp)
    guard claims.iss == client.id, claims.sub == client.id else { throw ClientAuthenticator.refused("iss or sub") }
    guard claims.audiences.contains(where: audiences.contains) else { throw ClientAuthenticator.refused("aud") }
    guard now < expiry + .seconds(2), expiry <= now + .seconds(62) else { throw ClientAuthenticator.refused("exp") }
    guard claims.iat.map({ Instant(seconds: $0) <= now + .seconds(2) }) ?? true else {
      throw ClientAuthenticator.refused("iat")
    }
    guard !claims.jti.isEmpty else { throw ClientAuthenticator.refused("jti") }
    let hash = TokenHash.of("\(client.id)\n\(claims.jti)")
    let isFirst = try await orUnavailable { () throws(StoreError) in
      try await once.use("client-assertion", hash: hash, expiresAt: expiry + .seconds(62))
    }
    guard isFirst else { throw ClientAuthenticator.refused("the assertion was used before") }
  }

  private func find(_ id: String) async throws(OAuthError) -> Client? {
    try await orUnavailable { () throws(StoreError) in try await registry.client(id) }
  }

  private static func refused(_ reason: String) -> OAuthError {
    OAuthError(.invalidClient, "client authentication failed", reason: reason)
  }
}

/// Turns the store's trouble into the OAuth error for it.
func orUnavailable<Value>(_ body: () async throws(StoreError) -> Value) async throws(OAuthError) -> Value {
  do { return try await body() } catch { throw .unavailable(error.description) }
}
