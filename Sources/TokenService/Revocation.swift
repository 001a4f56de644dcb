import AccessModel
public import AuthenticatorKit
public import BrokerStore
import Foundation
import Sealing

/// Token revocation (RFC 7009): a client gives back what it was given.
public struct Revocation: Sendable {
  private let tokens: TokenStore
  private let keys: SigningKeys
  private let world: World

  public init(ledger: Ledger, keys: SigningKeys, world: World) {
    tokens = TokenStore(ledger)
    self.keys = keys
    self.world = world
  }

  /// Revokes an access token, or a refresh token with its whole family. What is unknown, or another client's, is
  /// answered like what has just been revoked (RFC 7009 section 2.2).
  public func revoke(_ token: String, from client: Client) async throws(OAuthError) {
    let now = world.now()
    let actor = AuditActor.client(client.id)
    if let claims = await keys.verify(token, as: AccessTokenClaims.self) {
      try await orUnavailable { () throws(StoreError) in
        _ = try await tokens.revoke(
          jti: claims.jti, client: client.id, at: now,
          audit: AuditEntry(.tokenRevoked, by: actor, ["jti": claims.jti], at: now))
      }
      return
    }
    try await orUnavailable { () throws(StoreError) in
      guard let family = try await tokens.family(ofRefreshToken: TokenHash.of(token), client: client.id) else { return }
      try await tokens.end(
        family: family, reason: "revoked by the client", at: now,
        audit: AuditEntry(.tokenRevoked, by: actor, ["family": family], at: now))
    }
  }
}
