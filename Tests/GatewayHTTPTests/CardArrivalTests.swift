import AccessModel
import AuthenticatorKit
import BrokerStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import GatewayHTTP

/// The way of somebody who is sent to show a card and comes back, over a real socket, because a proxy has an address.
@Suite struct CardArrivalTests {
  private func desk(right: AccessRight? = nil) async throws -> Desk {
    try await Desk([(try CardModule.row(), CardModule(right: right))])
  }

  /// Begins a login and returns the conversation's name and the relay state.
  private func begin(
    _ desk: Desk, scope: String = "dispositivo:apply"
  ) async throws -> (session: String, relay: String) {
    let (session, relay, _) = try await beginWithNumber(desk, scope: scope)
    return (session, relay)
  }

  /// The same with the number that the application shows.
  private func beginWithNumber(
    _ desk: Desk, scope: String = "dispositivo:apply"
  ) async throws -> (session: String, relay: String, number: String) {
    let answer = try await desk.begin(["authenticator": "cns"], scope: scope)
    #expect(answer.status == 400)
    let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
    let redirect = try #require(object?["redirect"] as? [String: Any])
    let url = try #require(redirect["url"] as? String)
    let relay = try #require(url.split(separator: "=").last.map(String.init))
    #expect(redirect["page"] as? String == "https://varco.test/login/cns?relay_state=\(relay)")
    let number = try #require(redirect["number"] as? String)
    #expect(number.count == 2 && Int(number) != nil)
    return (try #require(answer["auth_session"]), relay, number)
  }

  private func show(_ desk: Desk, _ relay: String, card: String?, browser: Bool = false) async throws -> Answer {
    var headers: HTTPFields = [.accept: browser ? "text/html" : "*/*"]
    if let card {
      headers[CertificateHeaders.certificate] = ":\(Data(card.utf8).base64EncodedString()):"
      headers[CertificateHeaders.verification] = "SUCCESS"
    }
    return try await desk.cards(.get, "/cns?relay_state=\(relay)", headers)
  }

  @Test func aProgramWithACardCompletesItsStepAndGetsItsCode() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let shown = try await show(desk, relay, card: Desk.mario)
    #expect(shown.status == 200 && shown["status"] == "completed")
    let answer = try await desk.challenge(["auth_session": session])
    #expect(answer.status == 200 && answer["authorization_code"] != nil)
  }

  @Test func beforeTheCardTheConversationWaitsAndSaysWhereToGo() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let waiting = try await desk.challenge(["auth_session": session])
    #expect(waiting.status == 400 && waiting["error"] == "insufficient_authorization")
    #expect(waiting.body.contains(relay))
    _ = try await show(desk, relay, card: Desk.mario)
    let next = try #require(waiting["auth_session"])
    #expect(try await desk.challenge(["auth_session": next])["authorization_code"] != nil)
  }

  @Test func safety3AStepIsCompletedOnce() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    #expect(try await show(desk, relay, card: Desk.mario).status == 200)
    #expect(try await show(desk, relay, card: Desk.anna).status == 410)
  }

  @Test func aCardThatIsRefusedSaysWhyAndAnotherMayBeTried() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let refused = try await show(desk, relay, card: "expired")
    #expect(refused.status == 403)
    #expect(refused["type"] == "urn:varco:problem:certificate-expired")
    #expect(refused["detail"]?.contains("2025-03-09") == true)
    #expect(try await show(desk, relay, card: Desk.mario).status == 200)
    #expect(try await desk.challenge(["auth_session": session]).status == 200)
  }

  @Test func safety6WithoutACertificateNobodyIsAnybody() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    #expect(try await show(desk, relay, card: nil)["type"] == "urn:varco:problem:certificate-missing")
  }

  @Test func aGoodCardOfSomebodyUnknownSaysSo() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let refused = try await show(desk, relay, card: "FOXIOX26C24L219D")
    #expect(refused.status == 403 && refused["type"] == "urn:varco:problem:not-registered")
    #expect(!refused.body.contains("FOXIOX"))
  }

  @Test func aLoginThatIsWorthLessThanItsInstanceGivesLess() async throws {
    let desk = try await desk(right: .consultation)
    let (session, relay) = try await begin(desk)
    #expect(try await show(desk, relay, card: Desk.mario).status == 200)
    let answer = try await desk.challenge(["auth_session": session])
    #expect(answer.status == 400 && answer["error"] == "access_denied")
    #expect(answer["error_description"]?.contains("right to consult") == true)
  }

  @Test func aBrowserConfirmsOnTheMainHostInTheSameBrowser() async throws {
    let desk = try await desk()
    let (session, relay, number) = try await beginWithNumber(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    #expect(page.status == 200 && page.body.contains("M R") && page.body.contains("501O"))
    #expect(!page.body.contains(Desk.mario) && page.body.contains("app"))
    // The number is what only the application shows.
    #expect(!page.body.contains(">\(number)<") && !page.body.contains("\"\(number)\""))
    let yes = ["code": try #require(page.hidden("code")), "answer": "yes", "number": number]
    #expect(try await desk.challenge(["auth_session": session])["error"] == "insufficient_authorization")
    #expect(try await desk.form("/login/cns/confirm", yes, cookie: "x" + browser).status == 410)
    #expect(try await desk.form("/login/cns/confirm", yes, cookie: browser).status == 200)
    #expect(try await desk.form("/login/cns/confirm", yes, cookie: browser).status == 410)
  }

  @Test func afterTheConfirmationTheConversationGoesOn() async throws {
    let desk = try await desk()
    let (session, relay, number) = try await beginWithNumber(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    let yes = ["code": try #require(page.hidden("code")), "answer": "yes", "number": " \(number) "]
    _ = try await desk.form("/login/cns/confirm", yes, cookie: browser)
    #expect(try await desk.challenge(["auth_session": session]).status == 200)
  }

  /// Whoever was sent a link does not see the number; the third guess ends the login.
  @Test func whoeverDoesNotKnowTheNumberConfirmsNothing() async throws {
    let desk = try await desk()
    let (session, relay, number) = try await beginWithNumber(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    let code = try #require(page.hidden("code"))
    var statuses: [Int] = []
    for guess in ["", "100", "x", number] {
      let form = ["code": code, "answer": "yes", "number": guess]
      statuses.append(try await desk.form("/login/cns/confirm", form, cookie: browser).status)
    }
    #expect(statuses == [422, 422, 410, 410])
    #expect(try await desk.challenge(["auth_session": session])["error"] == "access_denied")
  }

  @Test func thisIsNotMeEndsTheLogin() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    let code = try #require(page.hidden("code"))
    #expect(try await desk.form("/login/cns/confirm", ["code": code, "answer": "no"], cookie: browser).status == 200)
    #expect(try await show(desk, relay, card: Desk.mario, browser: true).status == 410)
    let ended = try await desk.challenge(["auth_session": session])
    #expect(ended["error"] == "access_denied" && ended["error_description"]?.contains("given up") == true)
  }

  @Test func aStepIsLookedAtTwentyTimesAndNotOnceMore() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    for _ in 0..<ArrivalStore.maximumTries { #expect(try await show(desk, relay, card: "expired").status == 403) }
    #expect(try await show(desk, relay, card: Desk.mario).status == 410)
  }

  @Test func thePageNamesWhereItsFormLeads() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let page = try await desk.live(.get, "/login/cns?relay_state=\(relay)", [.accept: "text/html"])
    let policy = try #require(page.headers[.contentSecurityPolicy])
    #expect(policy.contains("form-action https://varco.test https://card.test;"))
  }

  @Test func aBrowserThatComesFromNowhereBeginsOnTheMainHost() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let answer = try await show(desk, relay, card: Desk.mario, browser: true)
    #expect(answer.status == 303)
    #expect(answer.headers[.location] == "https://varco.test/login/cns?relay_state=\(relay)")
  }

  /// A picture in a stranger's page must not show the card for the stranger's login.
  @Test(arguments: [
    ("Sec-Fetch-Mode", "no-cors"), ("User-Agent", "Mozilla/5.0 (iPhone)"), ("Referer", "https://evil.test/"),
    ("Cookie", "a=b"), ("Origin", "null"), ("Accept", "text/html,*/*"),
  ])
  func whatABrowserLoadsCompletesNothing(name: String, value: String) async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    var headers: HTTPFields = [.accept: "image/png"]
    headers[try #require(HTTPField.Name(name))] = value
    headers[CertificateHeaders.certificate] = ":\(Data(Desk.mario.utf8).base64EncodedString()):"
    headers[CertificateHeaders.verification] = "SUCCESS"
    #expect(try await desk.cards(.get, "/cns?relay_state=\(relay)", headers).status == 303)
    #expect(try await desk.challenge(["auth_session": session])["error"] == "insufficient_authorization")
  }

  @Test func aProgramCannotCompleteABrowsersStep() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    _ = try await desk.openBrowser(relay)
    #expect(try await show(desk, relay, card: Desk.mario).status == 410)
  }

  @Test func aFormWithoutItsTokenBindsNothing() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let cookie = String(repeating: "c", count: 43)
    let answer = try await desk.form("/login/cns/begin", ["relay_state": relay, "csrf": "x"], cookie: cookie)
    #expect(answer.status == 410)
    #expect(try await show(desk, relay, card: Desk.mario).status == 200)
  }

  @Test func pagesAreStrictAndSpeakTheBrowsersLanguage() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let italian = try await desk.live(.get, "/login/cns?relay_state=\(relay)", [.accept: "text/html"])
    let english = try await desk.live(
      .get, "/login/cns?relay_state=\(relay)", [.accept: "text/html", .acceptLanguage: "en-GB,en;q=0.9,it;q=0.8"])
    #expect(italian.body.contains("lang=\"it\"") && english.body.contains("lang=\"en\""))
    let policy = try #require(italian.headers[.contentSecurityPolicy])
    #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
    #expect(!italian.body.contains("<script") && !italian.body.contains("style="))
    let cookie = try #require(italian.headers[.setCookie])
    for part in ["__Host-varco-login=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
      #expect(cookie.contains(part))
    }
  }

  @Test func safety6TheMainHostTakesNobodysWordAboutACard() async throws {
    let desk = try await desk()
    let (_, relay) = try await begin(desk)
    let forged: HTTPFields = [
      CertificateHeaders.certificate: ":\(Data(Desk.mario.utf8).base64EncodedString()):",
      CertificateHeaders.verification: "SUCCESS",
    ]
    #expect(try await desk.live(.get, "/cns?relay_state=\(relay)", forged).status == 404)
  }

  @Test func whatAHeaderSaysIsNotTriedOut() async throws {
    let desk = try await desk()
    let answer = try await desk.cards(
      .get, "/cns",
      [
        CertificateHeaders.certificate: ":\(Data(Desk.mario.utf8).base64EncodedString()):",
        CertificateHeaders.verification: "SUCCESS",
      ])
    #expect(answer.status == 410)
  }

  @Test func aPersonGetsAPageForWhateverTheyAsk() async throws {
    let desk = try await desk()
    for path in ["/cns", "/cns?relay_state=a&relay_state=b", "/cns?relay_state=%zz"] {
      let answer = try await desk.cards(.get, path, [.accept: "text/html"])
      #expect(answer.headers[.contentType]?.hasPrefix("text/html") == true)
    }
    let lost = try await desk.live(.get, "/login/cns?relay_state=%zz", [.accept: "text/html"])
    #expect(lost.status == 410 && lost.headers[.contentType]?.hasPrefix("text/html") == true)
  }

  @Test func aWordInTheAddressIsNeverMarkup() async throws {
    let desk = try await desk()
    let answer = try await desk.cards(
      .get, "/cns?relay_state=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", [.accept: "text/html"])
    #expect(answer.status == 410 && !answer.body.contains("<script"))
  }
}

extension Answer {
  /// The value of a hidden field.
  func hidden(_ name: String) -> String? {
    guard let start = body.range(of: "name=\"\(name)\" value=\"") else { return nil }
    return String(body[start.upperBound...].prefix { $0 != "\"" })
  }
}

extension Desk {
  /// Opens the page that explains, presses its button, and returns the cookie.
  func openBrowser(_ relay: String) async throws -> String {
    let page = try await live(.get, "/login/cns?relay_state=\(relay)", [.accept: "text/html"])
    let header = try page.headers[.setCookie].orThrow()
    let cookie = String(header.split(separator: "=", maxSplits: 1)[1].prefix { $0 != ";" })
    let fields = ["relay_state": try page.hidden("relay_state").orThrow(), "csrf": try page.hidden("csrf").orThrow()]
    let answer = try await form("/login/cns/begin", fields, cookie: cookie)
    guard answer.status == 303, answer.headers[.location] == "https://card.test/cns?relay_state=\(relay)" else {
      throw Missing()
    }
    return cookie
  }

  func form(_ path: String, _ fields: [String: String], cookie: String) async throws -> Answer {
    let body = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    let headers: HTTPFields = [
      .contentType: "application/x-www-form-urlencoded", .accept: "text/html", .cookie: "__Host-varco-login=\(cookie)",
    ]
    return try await live(.post, path, headers, body: ByteBuffer(string: body))
  }

  /// At the listener that only the card's proxy reaches.
  func cards(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    let proxies = try ProxyList(["127.0.0.1"]).orThrow()
    return try await Application(router: gateway.certificateProxyRouter(proxies)).test(.live) { client in
      try await client.execute(uri: path, method: method, headers: headers) { response in
        Answer(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
      }
    }
  }

  /// As ``send(_:_:_:body:)``, over a real socket.
  func live(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], body: ByteBuffer? = nil
  ) async throws -> Answer {
    try await Application(router: gateway.publicRouter()).test(.live) { client in
      try await client.execute(uri: path, method: method, headers: headers, body: body) { response in
        Answer(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
      }
    }
  }
}
