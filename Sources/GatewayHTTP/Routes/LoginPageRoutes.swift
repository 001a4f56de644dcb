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
    // A card and somebody else's page are the same step in other words.
    for (path, isCard) in [("login/cns", true), ("login/step", false)] {
      router.get(RouterPath(path)) { try await explain($0, $1, words($0, isCard: isCard)) }
      router.post(RouterPath("\(path)/begin")) { try await begin($0, $1, words($0, isCard: isCard)) }
      router.post(RouterPath("\(path)/confirm")) { try await confirm($0, $1, words($0, isCard: isCard)) }
    }
    router.get("login/return", use: comeBack)
    router.get("assets/varco.css", use: PageRenderer.styleSheet)
  }

  @Sendable private func help(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let language = PageLanguage(request)
    return pages.response(HelpPage(language: language).page, language: language, context)
  }

  private func words(_ request: Request, isCard: Bool) -> ArrivalPages {
    ArrivalPages(language: PageLanguage(request), isCard: isCard)
  }

  private func explain(
    _ request: Request, _ context: GatewayContext, _ words: ArrivalPages
  ) async throws -> Response {
    let destination: Destination?
    let relay = (try? FormBody.query(request.uri.query ?? ""))?["relay_state"] ?? ""
    do { destination = try await desk.destination(of: relay) } catch { return unavailable(error, words, context) }
    guard let destination, destination.isCard == words.isCard else { return over(words, context) }
    let known = request.cookie(LoginPageRoutes.cookie)
    let browser = known ?? Base64.urlEncode(desk.world.random(32))
    let token = LoginPageRoutes.token(browser)
    let page =
      words.isCard
      ? words.begin(address: "\(words.path)/begin", relay: relay, token: token)
      : words.leave(to: destination.host, action: "\(words.path)/begin", relay: relay, token: token)
    // The form's answer leads to the listener that asks for the card, and browsers hold that against the form.
    return pages.response(
      page, language: words.language, context, known == nil ? [.setCookie: setCookie(browser)] : [:],
      formsLeadTo: [destination.address])
  }

  private func begin(_ request: Request, _ context: GatewayContext, _ words: ArrivalPages) async throws -> Response {
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      form["csrf"] == LoginPageRoutes.token(browser), let relay = form["relay_state"]
    else { return over(words, context) }
    do {
      guard let destination = try await desk.destination(of: relay),
        try await desk.bind(relay, to: TokenHash.of(browser))
      else { return over(words, context) }
      guard destination.form.isEmpty else {
        let page = words.post(to: destination.address, destination.form)
        return pages.response(page, language: words.language, context, formsLeadTo: [destination.address])
      }
      return Response(status: .seeOther, headers: [.location: destination.address, .cacheControl: "no-store"])
    } catch {
      return unavailable(error, words, context)
    }
  }

  /// A browser comes back from a page of somebody else's.
  @Sendable private func comeBack(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let words = words(request, isCard: false)
    guard let query = try? FormBody.query(request.uri.query ?? ""), let relay = query["relay_state"] else {
      return over(words, context)
    }
    do {
      let answer = LoginAnswer(query.secrets)
      switch try await desk.comeBack(relay, with: answer, browser: request.cookie(LoginPageRoutes.cookie)) {
      case .page(let address):
        return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
      case .denied(let denial):
        let again = "\(desk.issuer)\(words.path)?relay_state=\(relay)"
        let page = words.denied(denial, again: again, help: "\(desk.issuer)/login")
        return pages.response(page, .forbidden, language: words.language, context)
      case .proposed(let proposal):
        let page = words.confirm(proposal, action: "\(desk.issuer)\(words.path)/confirm")
        return pages.response(page, language: words.language, context)
      case .unavailable:
        return pages.response(words.unavailable, .serviceUnavailable, language: words.language, context)
      case .unknown, .completed, .works: return over(words, context)
      }
    } catch {
      return unavailable(error, words, context)
    }
  }

  private func confirm(
    _ request: Request, _ context: GatewayContext, _ words: ArrivalPages
  ) async throws -> Response {
    guard let form = try await form(request), let browser = request.cookie(LoginPageRoutes.cookie),
      let code = form["code"]
    else { return over(words, context) }
    do {
      guard form["answer"] == "yes" else {
        try await desk.reject(code: code, browser: browser)
        return pages.response(words.rejected, language: words.language, context)
      }
      switch try await desk.confirm(code: code, number: form["number"] ?? "", browser: browser) {
      case .done: return pages.response(words.completed, language: words.language, context)
      case .wrong:
        let page = words.again(code: code, action: "\(words.path)/confirm")
        return pages.response(page, .unprocessableContent, language: words.language, context)
      case .over: return over(words, context)
      }
    } catch {
      return unavailable(error, words, context)
    }
  }

  private func over(_ words: ArrivalPages, _ context: GatewayContext) -> Response {
    pages.response(words.over, .gone, language: words.language, context)
  }

  private func unavailable(_ error: StoreError, _ words: ArrivalPages, _ context: GatewayContext) -> Response {
    desk.logger.error("store", metadata: ["path": "\(words.path)", "reason": "\(error)"])
    return pages.response(
      words.unavailable, .serviceUnavailable, language: words.language, context, [.retryAfter: "2"])
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
