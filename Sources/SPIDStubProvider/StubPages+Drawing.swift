import AuthenticatorKit

extension StubPages {
  /// What a button says, as the field `choice`.
  enum Choice: String {
    case onward, cancel, refuse
  }

  /// One look at a request that a browser has a handle of.
  struct Visit {
    let handle: String
    let version: Int64
    let login: StubRequest
    let words: StubWords

    var progress: StubProgress { login.progress }

    /// The fields as the provider reads them: on the page of the confirmation the button is the word.
    func answer(_ fields: LoginAnswer) -> LoginAnswer {
      progress.step == .confirmation ? LoginAnswer(["confirmation": Secret("CONFIRM")]) : fields
    }
  }

  func page(_ visit: Visit, alert: String? = nil) -> PageReply {
    let (step, words) = (visit.progress.step, visit.words)
    let fields = words.fields(step).map { PromptField($0.name, label: $0.label, kind: StubPages.kind(of: $0.name)) }
    let refusal: ModulePage.Button =
      step == .consent
      ? .init(label: words.refuse, value: Choice.refuse.rawValue)
      : .init(label: words.cancel, value: Choice.cancel.rawValue)
    return .page(
      ModulePage(
        title: words.title(step), banner: words.banner, alert: alert,
        paragraphs: words.paragraphs(visit.progress, provider.identity(of: visit.progress)), fields: fields,
        hidden: ["request": visit.handle, "step": step.rawValue],
        buttons: [.init(label: words.onward(step), value: Choice.onward.rawValue), refusal]))
  }

  /// A page with nothing to do.
  func notice(_ text: String, _ words: StubWords) -> PageReply {
    .page(ModulePage(title: words.title(.password), banner: words.banner, alert: text))
  }

  private static func kind(of field: String) -> PromptField.Kind {
    switch field {
    case "user": .account
    case "password": .secret
    default: .code
    }
  }
}
