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
    try await Desk([(try CardModule.row(), CardModule(right: right))], proxies: ["127.0.0.1"])
  }

  /// Begins a login and returns the conversation's name and the relay state.
  private func begin(_ desk: Desk, scope: String = "dispositivo:apply") async throws -> (session: String, relay: String)
  {
    let answer = try await desk.begin(["authenticator": "cns"], scope: scope)
    #expect(answer.status == 400)
    let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
    let redirect = try #require(object?["redirect"] as? [String: Any])
    let url = try #require(redirect["url"] as? String)
    let relay = try #require(url.split(separator: "=").last.map(String.init))
    #expect(redirect["page"] as? String == "https://varco.test/login/cns?relay_state=\(relay)")
    return (try #require(answer["auth_session"]), relay)
  }

  private func show(_ desk: Desk, _ relay: String, card: String?, browser: Bool = false) async throws -> Answer {
    var headers: HTTPFields = [.accept: browser ? "text/html" : "*/*"]
    if let card {
      headers[CertificateHeaders.certificate] = ":\(Data(card.utf8).base64EncodedString()):"
      headers[CertificateHeaders.verification] = "SUCCESS"
    }
    return try await desk.live(.get, "/cns?relay_state=\(relay)", headers)
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
    let (session, relay) = try await begin(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    #expect(page.status == 200 && page.body.contains("M R") && page.body.contains("501O"))
    #expect(!page.body.contains(Desk.mario))
    #expect(page.body.contains("app"))
    let code = try #require(page.hidden("code"))
    #expect(try await desk.challenge(["auth_session": session])["error"] == "insufficient_authorization")
    let stranger = try await desk.form("/login/cns/confirm", ["code": code, "answer": "yes"], cookie: "x" + browser)
    #expect(stranger.status == 410)
    let done = try await desk.form("/login/cns/confirm", ["code": code, "answer": "yes"], cookie: browser)
    #expect(done.status == 200)
    #expect(try await desk.form("/login/cns/confirm", ["code": code, "answer": "yes"], cookie: browser).status == 410)
  }

  @Test func afterTheConfirmationTheConversationGoesOn() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    let code = try #require(page.hidden("code"))
    _ = try await desk.form("/login/cns/confirm", ["code": code, "answer": "yes"], cookie: browser)
    #expect(try await desk.challenge(["auth_session": session]).status == 200)
  }

  @Test func thisIsNotMeEndsTheStep() async throws {
    let desk = try await desk()
    let (session, relay) = try await begin(desk)
    let browser = try await desk.openBrowser(relay)
    let page = try await show(desk, relay, card: Desk.mario, browser: true)
    let code = try #require(page.hidden("code"))
    #expect(try await desk.form("/login/cns/confirm", ["code": code, "answer": "no"], cookie: browser).status == 200)
    #expect(try await show(desk, relay, card: Desk.mario, browser: true).status == 410)
    #expect(try await desk.challenge(["auth_session": session])["error"] == "insufficient_authorization")
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
    #expect(try await desk.live(.get, "/cns?relay_state=\(relay)", headers).status == 303)
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

  @Test func aCardCanBeTriedWithoutLoggingIn() async throws {
    let desk = try await desk()
    func tried(_ card: String) async throws -> Answer {
      try await desk.live(
        .get, "/cns",
        [
          .accept: "*/*", CertificateHeaders.certificate: ":\(Data(card.utf8).base64EncodedString()):",
          CertificateHeaders.verification: "SUCCESS",
        ])
    }
    #expect(try await tried(Desk.mario)["status"] == "works")
    // Whether the registry knows the holder is not said.
    #expect(try await tried("FOXIOX26C24L219D")["status"] == "works")
    #expect(try await tried("expired")["type"] == "urn:varco:problem:certificate-expired")
    #expect(try await desk.live(.get, "/cns", [.accept: "text/html"]).status == 403)
  }

  @Test func aWordInTheAddressIsNeverMarkup() async throws {
    let desk = try await desk()
    let answer = try await desk.live(
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
