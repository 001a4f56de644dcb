import AccessModel
import AuthenticatorKit
import BrokerCore
import Sealing
import TokenService

/// A request to the authorization challenge endpoint, parsed (first-party applications draft section 5.1).
struct ChallengeRequest {
  let client: Client
  let parameters: OAuthParameters
  /// The device cookie, as far as counting is concerned.
  let attempt: AttemptContext

  /// The answers to a prompt's fields; nil unless each of them is there.
  func answer(_ fields: [String]) -> LoginAnswer? {
    var answers: [String: Secret] = [:]
    for field in fields {
      guard let value = parameters[field] else { return nil }
      answers[field] = Secret(value)
    }
    return LoginAnswer(answers, attempt: attempt)
  }

  /// Whatever answers there are, for the open prompt.
  func partialAnswer(_ fields: [String]) -> LoginAnswer {
    var answers: [String: Secret] = [:]
    for field in fields { answers[field] = parameters[field].map { Secret($0) } }
    return LoginAnswer(answers, attempt: attempt)
  }

  /// What a new conversation is about, checked against the client and the catalogue.
  func terms(_ catalogue: ServiceCatalogue) throws(OAuthError) -> ChallengeTerms {
    if let type = parameters["response_type"], type != "code" {
      throw OAuthError(.unsupportedResponseType, "the response_type can only be code")
    }
    let challenge = try parameters.require("code_challenge")
    guard parameters["code_challenge_method"] == "S256", Base64.urlDecode(challenge)?.count == 32 else {
      throw OAuthError(.invalidRequest, "PKCE with code_challenge_method S256 is required")
    }
    guard let scope = try parameters.scope() else {
      throw OAuthError(.invalidRequest, "the parameter scope is missing")
    }
    let resource = try resource(catalogue)
    // Without repeating it: what somebody typed into the wrong place must not reach an answer or a log.
    guard scope.scopes.allSatisfy({ isRegistered($0, resource) }) else {
      throw OAuthError(.invalidScope, "the client is not registered for one of the scopes at this resource")
    }
    return ChallengeTerms(
      scope: scope, resource: resource.id, challenge: challenge, maxAge: try maxAge(),
      wanted: try wanted(), hasBrowser: try flag("browser"), isLinking: try flag("link"),
      acrValues: parameters["acr_values"]?.split(separator: " ").map(String.init) ?? [])
  }

  private func isRegistered(_ scope: Scope, _ resource: ServiceCatalogue.Resource) -> Bool {
    guard let service = scope.service else { return client.scopes.contains(scope) }
    return client.scopes.satisfies(service) && resource.services.contains(service.service)
  }

  private func resource(_ catalogue: ServiceCatalogue) throws(OAuthError) -> ServiceCatalogue.Resource {
    guard let id = parameters["resource"] ?? (client.resources.count == 1 ? client.resources[0] : nil),
      client.resources.contains(id), let found = catalogue.resource(id)
    else { throw OAuthError(.invalidTarget, "name one of the client's resources with the parameter resource") }
    return found
  }

  private func maxAge() throws(OAuthError) -> TimeSpan? {
    guard let text = parameters["max_age"] else { return nil }
    guard let seconds = Int(text), (0...86_400 * 30).contains(seconds) else {
      throw OAuthError(.invalidRequest, "max_age is no number of seconds")
    }
    return .seconds(seconds)
  }

  private func flag(_ name: String) throws(OAuthError) -> Bool {
    switch parameters[name] {
    case nil, "false": return false
    case "true": return true
    default: throw OAuthError(.invalidRequest, "\(name) is true or false")
    }
  }

  private func wanted() throws(OAuthError) -> InstanceID? {
    guard let text = parameters["authenticator"] else { return nil }
    guard let instance = InstanceID(text) else {
      throw OAuthError(.invalidRequest, "there is no such authenticator")
    }
    return instance
  }
}

/// What a conversation is about.
struct ChallengeTerms {
  let scope: ScopeList
  let resource: String
  let challenge: String
  let maxAge: TimeSpan?
  let wanted: InstanceID?
  let hasBrowser: Bool
  let isLinking: Bool
  let acrValues: [String]
}
