import AuthenticatorKit
import BrokerStore
import HTTPTypes
import Hummingbird
import Logging
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
    let address: String?
    let relay = (try? FormBody.query(request.uri.query ?? ""))?["relay_state"] ?? ""
    do { address = try await desk.address(of: relay) } catch { return unavailable(error, language, context) }
    guard let address else { return over(language, context) }
    let known = request.cookie(LoginPageRoutes.cookie)
    let browser = known ?? Base64.urlEncode(desk.world.random(32))
    let page = CardPages(language: language).begin(
      address: "/login/cns/begin", relay: relay, token: LoginPageRoutes.token(browser))
    // The form's answer leads to the listener that asks for the card, and browsers hold that against the form.
    return pages.response(
      page, language: language, context, known == nil ? [.setCookie: setCookie(browser)] : [:],
      formsLeadTo: [address])
  }

  @Sendable private func begin(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      form["csrf"] == LoginPageRoutes.token(browser), let relay = form["relay_state"]
    else { return over(language, context) }
    do {
      guard let address = try await desk.address(of: relay),
        try await desk.bind(relay, to: TokenHash.of(browser))
      else { return over(language, context) }
      return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    } catch {
      return unavailable(error, language, context)
    }
  }

  @Sendable private func confirm(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    let words = CardPages(language: language)
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      let code = form["code"]
    else { return over(language, context) }
    do {
      guard form["answer"] == "yes" else {
        try await desk.reject(code: code, browser: browser)
        return pages.response(words.rejected, language: language, context)
      }
      switch try await desk.confirm(code: code, number: form["number"] ?? "", browser: browser) {
      case .done: return pages.response(words.completed, language: language, context)
      case .wrong:
        let page = words.again(code: code, action: "/login/cns/confirm")
        return pages.response(page, .unprocessableContent, language: language, context)
      case .over: return over(language, context)
      }
    } catch {
      return unavailable(error, language, context)
    }
  }

  private func over(_ language: PageLanguage, _ context: GatewayContext) -> Response {
    pages.response(CardPages(language: language).over, .gone, language: language, context)
  }

  private func unavailable(_ error: StoreError, _ language: PageLanguage, _ context: GatewayContext) -> Response {
    desk.logger.error("store", metadata: ["path": "/login/cns", "reason": "\(error)"])
    return pages.response(
      CardPages(language: language).unavailable, .serviceUnavailable, language: language, context, [.retryAfter: "2"])
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
