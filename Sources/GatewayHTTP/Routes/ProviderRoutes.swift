import AccessModel
import AuthenticatorKit
import HTTPTypes
import Hummingbird
import TokenService

/// `/provider/<instance>/…`: the pages that a module publishes, drawn by us.
struct ProviderRoutes: Sendable {
  let desk: LoginDesk
  let publishers: [String: any PagePublisher]
  let pages: PageRenderer

  init(desk: LoginDesk, pages: PageRenderer) {
    self.desk = desk
    publishers = Dictionary(
      desk.authenticators.compactMap { id, module in module.pages.map { (id.description, $0) } }
    ) { first, _ in first }
    self.pages = pages
  }

  func mount(on router: RouterGroup<GatewayContext>) {
    guard !publishers.isEmpty else { return }
    router.get("provider/:instance/:page") { request, context in
      guard let fields = try? FormBody.query(request.uri.query ?? "") else { return notFound(request, context) }
      return await answer(request, context, fields, isPost: false)
    }
    router.post("provider/:instance/:page") { request, context in
      guard !request.isFromAnotherSite(than: pages.origin) else { return notFound(request, context, .forbidden) }
      guard let fields = try await form(request) else { return notFound(request, context) }
      return await answer(request, context, fields, isPost: true)
    }
  }

  private func answer(
    _ request: Request, _ context: GatewayContext, _ fields: OAuthParameters, isPost: Bool
  ) async -> Response {
    guard let instance = context.parameters.get("instance"), let publisher = publishers[instance],
      let id = InstanceID(instance), let path = context.parameters.get("page")
    else { return notFound(request, context) }
    let language = PageLanguage(request)
    let attempt = AttemptContext(device: request.cookie(ChallengeRoutes.deviceCookie))
    let asked = PageRequest(
      path: path, isPost: isPost, fields: LoginAnswer(fields.secrets), isItalian: language == .italian,
      attempts: PageAttempts(desk: desk, instance: id, attempt: attempt))
    switch await publisher.answer(asked) {
    case .notFound: return notFound(request, context)
    case .redirect(let address):
      return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    case .page(let page):
      return pages.response(Page(page, action: "/provider/\(instance)/\(path)"), language: language, context)
    }
  }

  private func notFound(
    _ request: Request, _ context: GatewayContext, _ status: HTTPResponse.Status = .gone
  ) -> Response {
    let words = ArrivalPages(language: PageLanguage(request), isCard: false)
    return pages.response(words.over, status, language: words.language, context)
  }

  /// Nil for what is no form: a person gets a page for that too.
  private func form(_ request: Request) async throws -> OAuthParameters? {
    do { return try await FormBody.read(request) } catch is OAuthError { return nil }
  }
}

extension Page {
  /// A module's page, as ours are drawn.
  fileprivate init(_ page: ModulePage, action: String) {
    self.init(title: page.title, banner: page.banner, alert: page.alert, paragraphs: page.paragraphs)
    guard !page.buttons.isEmpty else { return }
    let choices = page.buttons.enumerated().map { index, button in
      Choice(
        value: button.value, label: button.label, style: index == 0 ? "primary" : "secondary", isWayOut: index > 0)
    }
    forms = [
      Form(
        action: action, label: nil,
        fields: page.hidden.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
        inputs: page.fields.enumerated().map { Input($1, isFirst: $0 == 0) }, choices: choices)
    ]
  }
}

extension Page.Input {
  fileprivate init(_ field: PromptField, isFirst: Bool) {
    self.init(
      name: field.name, label: field.label, type: field.kind == .secret ? "password" : "text",
      mode: field.kind == .code ? "numeric" : "text", most: field.kind == .code ? 10 : 200, isFirst: isFirst)
  }
}

extension Request {
  /// Whether a form was sent from a page of somebody else's, as far as the browser says. Our own pages are sent with
  /// `Origin: null`, because their policy is to send no referrer, so that `Sec-Fetch-Site` is asked first.
  fileprivate func isFromAnotherSite(than origin: String) -> Bool {
    if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) {
      return site != "same-origin" && site != "none"
    }
    return headers[.origin].map { $0 != origin && $0 != "null" } ?? false
  }
}
