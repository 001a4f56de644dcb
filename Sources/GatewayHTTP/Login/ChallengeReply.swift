import AuthenticatorKit

/// What a step of the conversation leads to.
enum ChallengeReply {
  /// The login is done.
  case code(ChallengeCode, newDevice: String?)
  /// One more question.
  case more(ChallengeQuestion)
}

/// A code, and a handle for a later step-up (first-party applications draft section 5.2.1).
struct ChallengeCode: Encodable {
  let authorizationCode: String
  let authSession: String

  enum CodingKeys: String, CodingKey {
    case authorizationCode = "authorization_code"
    case authSession = "auth_session"
  }
}

/// `insufficient_authorization`, with what to ask the person next (draft section 5.2.2).
struct ChallengeQuestion: Encodable {
  let error = "insufficient_authorization"
  var errorDescription: String {
    redirect == nil
      ? "answer the prompt with this auth_session"
      : "complete the step at the address, then go on with this auth_session"
  }
  let authSession: String
  /// Seconds.
  let expiresIn: Int64
  var prompt: PromptView?
  var redirect: RedirectView?

  enum CodingKeys: String, CodingKey {
    case error, prompt, redirect
    case errorDescription = "error_description"
    case authSession = "auth_session"
    case expiresIn = "expires_in"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(error, forKey: .error)
    try container.encode(errorDescription, forKey: .errorDescription)
    try container.encode(authSession, forKey: .authSession)
    try container.encode(expiresIn, forKey: .expiresIn)
    try container.encodeIfPresent(prompt, forKey: .prompt)
    try container.encodeIfPresent(redirect, forKey: .redirect)
  }
}

/// A prompt as the client sees it.
struct PromptView: Encodable {
  struct Field: Encodable {
    let name: String
    let label: String
    let type: String
  }

  let id: String
  /// The authenticator instance that asks; absent where the host itself does.
  var authenticator: String?
  var message: String?
  var fields: [Field] = []
  /// Where one of several authenticators is to be chosen: values for the parameter `authenticator`.
  var options: [String]?
  /// A PIN that the person may take over, while one has to be changed.
  var proposal: String?

  init(id: String, message: String? = nil, options: [String]? = nil) {
    self.id = id
    self.message = message
    self.options = options
  }

  init(_ prompt: Prompt, authenticator: String?) {
    id = prompt.id
    message = prompt.message
    fields = prompt.fields.map { Field(name: $0.name, label: $0.label, type: $0.kind.rawValue) }
    self.authenticator = authenticator
  }
}

/// Where the person has to go before the conversation can go on.
struct RedirectView: Codable {
  /// For a program that holds the evidence itself, such as a card: the step is complete when this address has answered.
  let url: String
  let form: [String: String]
  /// For a person with a browser: explains, leads there, and asks for confirmation.
  let page: String
  /// To be shown beside the link to the page: the person types it there, so that nobody confirms somebody else's login.
  let number: String
}
