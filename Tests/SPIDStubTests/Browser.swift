import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import SPIDStub
import SPIDStubProvider
import Testing

/// A browser at the provider's pages, which fills in what a page asks for. It remembers everything it has seen.
final class Browser {
  let stage: Stage
  let state: AuthenticationState
  let isItalian: Bool
  private(set) var reply: PageReply
  private(set) var seen: [String] = []

  /// Begins a login and opens the page that the person is sent to.
  init(
    _ stage: Stage, _ level: SPIDLevel? = nil, subject: FiscalCode? = nil, relayState: String = "relay-1",
    isItalian: Bool = false
  ) async throws {
    let step = try await stage.begin(level, subject: subject, relayState: relayState)
    guard case .redirect(let redirect, let state) = step else { throw BrowserError.noRedirect }
    self.stage = stage
    self.state = state
    self.isItalian = isItalian
    reply = .notFound
    let start = Stage.issuer + "/provider/spid/login?request="
    try #require(redirect.url.hasPrefix(start))
    #expect(redirect.form.isEmpty)
    seen.append(redirect.url)
    await open(redirect.url)
  }

  var page: ModulePage? { if case .page(let page) = reply { page } else { nil } }
  var address: String? { if case .redirect(let address) = reply { address } else { nil } }
  var step: String? { page?.hidden["step"] }
  var artifact: String? { address.flatMap { Browser.field("artifact", of: $0) } }

  func open(_ address: String) async {
    await send(["request": Browser.field("request", of: address) ?? ""], isPost: false)
  }

  /// Presses a button, with fields filled in.
  func press(_ choice: String, _ fields: [String: String] = [:]) async {
    let hidden = page?.hidden ?? [:]
    await send(hidden.merging(fields) { $1 }.merging(["choice": choice]) { $1 }, isPost: true)
  }

  func enter(_ user: String, _ password: String = Stage.password) async {
    await press("onward", ["user": user, "password": password])
  }

  func send(_ fields: [String: String], isPost: Bool, path: String = "login") async {
    let request = PageRequest(
      path: path, isPost: isPost, fields: LoginAnswer(fields.mapValues { Secret($0) }), isItalian: isItalian,
      attempts: stage.attempts)
    reply = await stage.module.pages?.answer(request) ?? .notFound
    remember()
  }

  /// Goes through all pages with right answers, and consents.
  func logIn(_ user: String) async {
    await enter(user)
    for _ in 0..<3 where address == nil { await press("onward", step == "code" ? ["code": stage.code] : [:]) }
  }

  /// What the module makes of the response.
  func verdict(_ artifact: String? = nil, from state: AuthenticationState? = nil) async throws -> AuthenticationStep {
    let artifact = try #require(artifact ?? self.artifact)
    return try await stage.module.resume(LoginAnswer(["artifact": Secret(artifact)]), from: state ?? self.state)
  }

  private func remember() {
    if let page {
      seen += [page.title, page.banner, page.alert].compactMap { $0 } + page.paragraphs + Array(page.hidden.values)
    }
    if let address { seen.append(address) }
  }

  static func field(_ name: String, of address: String) -> String? {
    URLComponents(string: address)?.queryItems?.first { $0.name == name }?.value
  }
}

enum BrowserError: Error { case noRedirect }
