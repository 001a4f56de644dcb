import AccessModel
import AuthenticatorKit
import Hummingbird
import TokenService

/// `/provider/<instance>/…`: the pages that a module publishes, drawn by us.
struct ProviderRoutes: Sendable {
  let publishers: [String: any PagePublisher]
  let pages: PageRenderer

  init(desk: LoginDesk, pages: PageRenderer) {
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
      let fields = try await FormBody.read(request)
      return await answer(request, context, fields, isPost: true)
    }
  }

  private func answer(
    _ request: Request, _ context: GatewayContext, _ fields: OAuthParameters, isPost: Bool
  ) async -> Response {
    guard let instance = context.parameters.get("instance"), let publisher = publishers[instance],
      let path = context.parameters.get("page")
    else { return notFound(request, context) }
    let language = PageLanguage(request)
    let asked = PageRequest(
      path: path, isPost: isPost, fields: LoginAnswer(fields.secrets), isItalian: language == .italian)
    switch await publisher.answer(asked) {
    case .notFound: return notFound(request, context)
    case .redirect(let address):
      return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    case .page(let page):
      return pages.response(Page(page, action: "/provider/\(instance)/\(path)"), language: language, context)
    }
  }

  private func notFound(_ request: Request, _ context: GatewayContext) -> Response {
    let words = ArrivalPages(language: PageLanguage(request), isCard: false)
    return pages.response(words.over, .gone, language: words.language, context)
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
