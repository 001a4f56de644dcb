/// Something to ask a person: fields to fill in, and a sentence where one helps.
public struct Prompt: Sendable, Equatable {
  /// A stable name of the question, for clients that draw their own page.
  public let id: String
  public let message: String?
  public let fields: [PromptField]

  public init(id: String, message: String? = nil, fields: [PromptField]) {
    self.id = id
    self.message = message
    self.fields = fields
  }
}

/// One field of a ``Prompt``.
public struct PromptField: Sendable, Equatable {
  public enum Kind: String, Sendable, Equatable {
    case text
    /// The name by which the module knows the person: what the host counts attempts by as long as it knows nobody.
    case account
    /// Not echoed, not remembered by the browser.
    case secret
    /// A one-time code: digits.
    case code
  }

  /// Parameter names of the conversation's endpoint, which no field may take.
  public static let reservedNames: Set<String> = [
    "client_id", "client_secret", "client_assertion", "client_assertion_type", "auth_session", "scope", "resource",
    "code_challenge", "code_challenge_method", "response_type", "redirect_uri", "state", "nonce", "acr_values",
    "max_age", "authenticator", "error", "authorization_code", "browser", "link",
  ]

  /// Lower-case letters, digits and `_`; the form parameter that carries the answer.
  public let name: String
  public let label: String
  public let kind: Kind

  public init(_ name: String, label: String, kind: Kind) {
    self.name = name
    self.label = label
    self.kind = kind
  }
}

extension PromptField {
  /// Whether the name can be a form's parameter: `[a-z][a-z0-9_]*`.
  package var hasUsableName: Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }
}

/// Where to send the person, and how.
public struct Redirect: Sendable, Equatable {
  public let url: String
  /// Fields to post; empty for a plain GET.
  public let form: [String: String]

  public init(url: String, form: [String: String] = [:]) {
    self.url = url
    self.form = form
  }
}
