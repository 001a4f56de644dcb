import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore

extension TokenEndpoint {
  /// The client credentials grant (RFC 6749 section 4.4): never a `consultazione:` or `dispositivo:` scope (rule R1).
  func clientToken(_ request: OAuthParameters, _ client: Client) async throws(OAuthError) -> TokenReply {
    let requested = try request.scope() ?? ScopeList(client.scopes.scopes.filter { $0.service == nil })
    guard requested.services.isEmpty else {
      throw OAuthError(.invalidScope, "a client gets no right of a citizen by itself")
    }
    let now = world.now()
    let resource = try resource(request, granted: nil, client)
    let judged = rules.decision.grant(
      requested, registered: client.scopes, services: resource.services, holder: nil, at: now)
    guard judged.refused.isEmpty else { throw OAuthError(.invalidScope, "the client is not registered for this scope") }
    let (token, record) = try await mint(
      judged, for: resource, client, session: nil, family: nil, sessionEnd: nil, at: now)
    try await orUnavailable { () throws(StoreError) in
      try await tokens.issue(
        TokenIssue(access: record), at: now, audit: issued(record, client, nil, grant: .clientCredentials))
    }
    return reply(token, record)
  }
}
