/// Pages that a module serves below `/provider/<instance>/` of the public listener, such as those of a pretended identity
/// provider. The host draws them, escapes everything, and sends its own strict header fields along.
public protocol PagePublisher: Sendable {
  func answer(_ request: PageRequest) async -> PageReply
}

/// What a browser asks of a module's page.
public struct PageRequest: Sendable {
  /// Below the instance's own prefix, without a slash at either end.
  public let path: String
  public let isPost: Bool
  /// The fields of the query (GET) or of the form (POST).
  public let fields: LoginAnswer
  /// Whether the person reads Italian; English otherwise.
  public let isItalian: Bool
  /// Whatever compares a secret does it through this.
  public let attempts: any AttemptCounter

  public init(path: String, isPost: Bool, fields: LoginAnswer, isItalian: Bool, attempts: any AttemptCounter) {
    self.path = path
    self.isPost = isPost
    self.fields = fields
    self.isItalian = isItalian
    self.attempts = attempts
  }
}

/// What a module answers to a browser.
public enum PageReply: Sendable, Equatable {
  case page(ModulePage)
  /// Sends the browser on (303): to an absolute address.
  case redirect(String)
  case notFound
}

/// A page with at most one form.
public struct ModulePage: Sendable, Equatable {
  /// One way of sending the form: a button, and what it says to the module.
  public struct Button: Sendable, Equatable {
    public let label: String
    /// The value of the field `choice`.
    public let value: String
    public init(label: String, value: String) {
      self.label = label
      self.value = value
    }
  }

  public let title: String
  /// Stands at the top of the page, for what nobody may overlook.
  public let banner: String?
  /// Something went wrong.
  public let alert: String?
  public let paragraphs: [String]
  public let fields: [PromptField]
  /// Goes back with the form unseen.
  public let hidden: [String: String]
  /// The form is sent to the page's own path; without buttons there is no form.
  public let buttons: [Button]

  public init(
    title: String, banner: String? = nil, alert: String? = nil, paragraphs: [String] = [], fields: [PromptField] = [],
    hidden: [String: String] = [:], buttons: [Button] = []
  ) {
    self.title = title
    self.banner = banner
    self.alert = alert
    self.paragraphs = paragraphs
    self.fields = fields
    self.hidden = hidden
    self.buttons = buttons
  }
}
