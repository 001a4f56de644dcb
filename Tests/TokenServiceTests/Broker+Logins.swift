import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Sealing

@testable import TokenService

/// What a login has brought.
struct Earned: Sendable {
  let code: String
  let session: String
}

extension Broker {
  /// Logs Mario in, or steps his session up, and gives the code for it.
  func login(
    _ through: [String] = ["pin-ordinario"], for scope: String = "consultazione:slip", client: String = "app",
    resource: String = portal, of citizen: CitizenID = mario, credential: String? = nil, at: Instant? = nil,
    steppingUp session: String? = nil
  ) async throws -> Earned {
    let code = Base64.urlEncode(world.random(32))
    let id = session ?? Base64.urlEncode(world.random(16))
    let proofs = try through.map { name in
      Authentication(
        instance: try instance(name), credential: credential.map { CredentialID($0) }, level: .none,
        acr: "urn:acr:\(name)", amr: ["pin"], at: at ?? now)
    }
    let grant = CodeGrant(
      clientID: client, scope: scope, resource: resource, challenge: TokenEndpoint.challenge(of: Broker.verifier),
      createdAt: now, expiresAt: now + policy.codeLifetime)
    let opening = SessionOpening(
      stepUpOf: session, newID: id, citizen: citizen, clientID: client, authentications: proofs,
      handle: world.random(32), code: NewCode(hash: TokenHash.of(code), grant: grant))
    try await sessions.open(opening, at: now, audit: note(.login))
    return Earned(code: code, session: id)
  }

  func redeem(
    _ code: String, verifier: String = verifier, client id: String = "app", resource: String? = nil
  ) async throws -> TokenReply {
    try await ask(
      ["grant_type": "authorization_code", "code": code, "code_verifier": verifier, "resource": resource], client: id)
  }

  func refresh(
    _ token: String?, scope: String? = nil, client id: String = "app", resource: String? = nil,
    rules: BrokerRules? = nil
  ) async throws -> TokenReply {
    try await ask(
      ["grant_type": "refresh_token", "refresh_token": token, "scope": scope, "resource": resource], client: id,
      rules: rules)
  }

  func ask(
    _ parameters: [String: String?], client id: String = "app", rules: BrokerRules? = nil
  ) async throws -> TokenReply {
    let pairs = parameters.compactMap { name, value in value.map { (name: name, value: $0) } }
    return try await endpoint(rules).answer(try OAuthParameters(pairs), from: try await client(id))
  }

  /// A login and its tokens at once.
  func tokens(
    _ through: [String] = ["pin-ordinario"], for scope: String = "consultazione:slip", client: String = "app",
    resource: String = portal, of citizen: CitizenID = mario
  ) async throws -> (reply: TokenReply, session: String) {
    let earned = try await login(through, for: scope, client: client, resource: resource, of: citizen)
    return (try await redeem(earned.code, client: client), earned.session)
  }

  /// The reply, or nil for an `invalid_grant`; anything else is passed on.
  func tryTo(_ act: (Broker) async throws -> TokenReply) async throws -> TokenReply? {
    do { return try await act(self) } catch let error as OAuthError where error.code == .invalidGrant { return nil }
  }

  func stands(_ token: String) async throws -> Bool { try await judge.read(token) != nil }

  func endSession(_ id: String) async throws {
    try await sessions.end(id, reason: "logout", at: now, audit: note(.sessionEnded))
  }
}
