import AuthenticatorKit
import BrokerStore
import HTTPTypes
import Hummingbird
import Sealing
import TokenService

/// `/login…`: the pages of the main host that a login with a card begins and ends with.
///
/// The step is bound to the browser's cookie before the card is shown, and confirmed in the same browser after it: an
/// address that somebody else sends leads to a question with that somebody's application in it, and never to a login of
/// their own browser.
struct LoginPageRoutes: Sendable {
  static let cookie = "__Host-varco-login"
  let desk: LoginDesk
  let pages: PageRenderer

  func mount(on router: RouterGroup<GatewayContext>) {
    router.get("login", use: help)
    router.get("login/cns", use: explain)
    router.post("login/cns/begin", use: begin)
    router.post("login/cns/confirm", use: confirm)
    router.get("assets/varco.css", use: PageRenderer.styleSheet)
  }

  @Sendable private func help(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    return pages.response(HelpPage(language: language).page, language: language, context)
  }

  @Sendable private func explain(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    guard let relay = try FormBody.query(request.uri.query ?? "")["relay_state"],
      try await desk.address(of: relay) != nil
    else { return pages.response(CardPages(language: language).over, .gone, language: language, context) }
    let known = request.cookie(LoginPageRoutes.cookie)
    let browser = known ?? Base64.urlEncode(desk.world.random(32))
    let page = CardPages(language: language).begin(
      address: "/login/cns/begin", relay: relay, token: LoginPageRoutes.token(browser))
    return pages.response(page, language: language, context, known == nil ? [.setCookie: setCookie(browser)] : [:])
  }

  @Sendable private func begin(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      form["csrf"] == LoginPageRoutes.token(browser),
      let relay = form["relay_state"], let address = try await desk.address(of: relay),
      try await desk.bind(relay, to: TokenHash.of(browser))
    else { return pages.response(CardPages(language: language).over, .gone, language: language, context) }
    return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
  }

  @Sendable private func confirm(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    let words = CardPages(language: language)
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      let code = form["code"]
    else {
      return pages.response(words.over, .gone, language: language, context)
    }
    guard form["answer"] == "yes" else {
      try await desk.arrivals.reject(code: TokenHash.of(code), browser: TokenHash.of(browser))
      return pages.response(words.rejected, language: language, context)
    }
    let isDone = try await desk.arrivals.confirm(
      code: TokenHash.of(code), browser: TokenHash.of(browser), at: desk.world.now())
    return pages.response(
      isDone == nil ? words.over : words.completed, isDone == nil ? .gone : .ok, language: language, context)
  }

  /// Nil for what is no form: a person gets a page for that too.
  private func form(_ request: Request) async throws -> OAuthParameters? {
    do { return try await FormBody.read(request) } catch is OAuthError { return nil }
  }

  /// Bound to the cookie and worth nothing without it.
  private static func token(_ browser: String) -> String { Base64.urlEncode(TokenHash.of("csrf\n\(browser)")) }

  /// Ends with the browser; a conversation lives ten minutes anyway.
  private func setCookie(_ browser: String) -> String {
    "\(LoginPageRoutes.cookie)=\(browser); Path=/; Secure; HttpOnly; SameSite=Lax"
  }
}

extension Request {
  /// A cookie of ours; nil unless it looks like one.
  func cookie(_ name: String) -> String? {
    for header in headers[values: .cookie] {
      for pair in header.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].filter({ $0 != " " }) == name else { continue }
        return (20...64).contains(parts[1].utf8.count) ? String(parts[1]) : nil
      }
    }
    return nil
  }
}
