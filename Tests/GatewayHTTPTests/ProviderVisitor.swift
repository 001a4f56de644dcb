import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import Foundation
import HTTPTypes
import NIOCore
import SPIDStub
import SPIDStubProvider
import Testing

/// A gateway with a pretended identity provider, and a browser that goes through its pages.
final class ProviderVisitor {
  static let password = "prova-prova"
  let desk: Desk
  /// The newest answer to this browser.
  private(set) var answer = Answer(status: 0, headers: [:], body: "")
  private(set) var cookie = ""
  private(set) var session = ""
  private(set) var relay = ""
  private(set) var number = ""

  init(_ desk: Desk) { self.desk = desk }

  static func desk() async throws -> Desk {
    let bench = try ModuleBench(instance: "spid")
    let path = NSTemporaryDirectory() + "/spid-stub-\(UUID().uuidString).json"
    let people = [identity("mario", Desk.mario), identity("sospesa", Desk.anna, error: .nr23)]
    try StubIdentityFile.write(people).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let host = bench.context
    let context = AuthenticatorContext(
      instance: host.instance, issuer: "https://varco.test", credentials: host.credentials, storage: host.storage,
      world: host.world)
    var settings = Settings(scalars: ["identities": path])
    let module = try SPIDStubAuthenticator(settings: &settings, context: context)
    let row = RightsPolicy.Row(
      instance: host.instance, ceiling: .dispositive, level: .high, acr: "urn:test:spid", amr: ["pwd"],
      assertsFiscalCode: true, contexts: module.descriptor.contexts)
    return try await Desk([(row, module)], clock: bench.clock)
  }

  private static func identity(_ user: String, _ code: String, error: SPIDErrorCode? = nil) -> StubIdentity {
    StubIdentity(
      user: user, password: Secret(password), level: .one, error: error,
      attributes: [.fiscalNumber: "TINIT-\(code)", .name: "Mario"])
  }

  /// Begins a login and goes to the provider's first page.
  func begin() async throws {
    let begun = try await desk.begin(["authenticator": "spid", "browser": "true"])
    let object = try JSONSerialization.jsonObject(with: Data(begun.body.utf8)) as? [String: Any]
    let redirect = try #require(object?["redirect"] as? [String: Any])
    let page = try #require(redirect["page"] as? String)
    relay = try #require(page.split(separator: "=").last.map(String.init))
    number = try #require(redirect["number"] as? String)
    session = try #require(begun["auth_session"])
    try await openStep()
  }

  /// Opens the page before the step, and presses its button.
  func openStep() async throws {
    try await get("/login/step?relay_state=\(relay)")
    if let header = answer.headers[.setCookie] {
      cookie = String(header.split(separator: "=", maxSplits: 1)[1].prefix { $0 != ";" })
    }
    try await press("/login/step/begin")
    try await follow()
  }

  func get(_ path: String) async throws {
    answer = try await desk.send(.get, path, [.accept: "text/html", .cookie: "__Host-varco-login=\(cookie)"])
  }

  /// Sends the form of the page, with its hidden fields and these.
  func press(_ path: String, _ fields: [String: String] = [:], _ headers: HTTPFields = [:]) async throws {
    var all: [String: String] = [:]
    for name in ["relay_state", "csrf", "request", "step", "code"] { all[name] = answer.hidden(name) }
    all.merge(fields) { $1 }
    let body = all.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    var sent: HTTPFields = [
      .contentType: "application/x-www-form-urlencoded", .cookie: "__Host-varco-login=\(cookie)",
    ]
    for field in headers { sent[field.name] = field.value }
    answer = try await desk.send(.post, path, sent, body: ByteBuffer(string: body))
  }

  /// Goes where the answer leads.
  func follow() async throws {
    let address = try #require(answer.headers[.location])
    try #require(address.hasPrefix("https://varco.test/"))
    try await get(String(address.dropFirst("https://varco.test".count)))
  }

  func enter(_ user: String, _ password: String = ProviderVisitor.password) async throws {
    try await press("/provider/spid/login", ["choice": "onward", "user": user, "password": password])
  }

  /// Agrees, comes back and confirms.
  func consentAndConfirm() async throws {
    try await press("/provider/spid/login", ["choice": "onward"])
    try await follow()
    try await press("/login/step/confirm", ["answer": "yes", "number": number])
  }

  /// What the application gets afterwards.
  func code() async throws -> String? { try await desk.challenge(["auth_session": session])["authorization_code"] }
}
