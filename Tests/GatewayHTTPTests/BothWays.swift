import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import BrokerStore
import Foundation
import HTTPTypes
import RemoteModulesTesting
import Sealing
import Testing

/// Logins through one module, however it is run, and everything of them that must not depend on it.
struct BothWays: Sendable {
  /// What a client and a resource come to see, but for names that are drawn by lot.
  struct Outcome: Sendable, Equatable {
    var answers: [String] = []
    var citizen: String?
    var proofs: [Authentication] = []
    var introspection: String?
  }

  static let id = "keepsake"
  private let desk: Desk

  /// A gateway with the module under the row that its descriptor makes, and links for some of its people.
  init(_ module: any Authenticator) async throws {
    let said = module.descriptor
    let instance = try #require(InstanceID(BothWays.id))
    let row = RightsPolicy.Row(
      instance: instance, isPrimary: said.role == .primary, ceiling: said.ceiling, level: said.assurance,
      acr: "urn:acr:keepsake", amr: said.amr, contexts: said.contexts)
    desk = try await Desk([(row, module)])
    let store = CitizenStore(desk.ledger)
    for (subject, citizen) in [("anna", "anna"), ("weak", "mario"), ("twice", "mario")] {
      try await store.link(
        instance: instance, subject: subject, to: CitizenID(citizen),
        audit: AuditEntry(.linkMade, by: .system, at: desk.clock.now))
    }
  }

  /// A login of somebody, to its end.
  func login(_ name: String, watchword: String = KeepsakeModule.watchword, scope: String) async throws -> Outcome {
    var outcome = Outcome()
    var answer = try await desk.begin(["authenticator": BothWays.id], scope: scope)
    var asked = [["account": name, "watchword": watchword], ["code": KeepsakeModule.code]][...]
    outcome.answers.append(try BothWays.shape(answer))
    while answer["error"] == "insufficient_authorization", let session = answer["auth_session"],
      let fields = asked.popFirst()
    {
      answer = try await desk.challenge(fields.merging(["auth_session": session]) { $1 })
      outcome.answers.append(try BothWays.shape(answer))
    }
    return try await finished(answer, outcome)
  }

  /// The same in one request.
  func atOnce(_ name: String, watchword: String = KeepsakeModule.watchword) async throws -> Outcome {
    let answer = try await desk.begin(["authenticator": BothWays.id, "account": name, "watchword": watchword])
    return try await finished(answer, Outcome(answers: [try BothWays.shape(answer)]))
  }

  private func finished(_ answer: Answer, _ outcome: Outcome) async throws -> Outcome {
    guard let code = answer["authorization_code"], let handle = answer["auth_session"] else { return outcome }
    var outcome = outcome
    let session = try #require(
      try await SessionStore(desk.ledger).session(handle: TokenHash.of(handle), client: "app", at: desk.clock.now))
    outcome.citizen = session.citizen.id.description
    outcome.proofs = session.authentications
    outcome.introspection = try await introspection(of: code)
    return outcome
  }

  /// What a resource learns of the token that the code earns.
  private func introspection(of code: String) async throws -> String {
    let client = ["client_id": "app", "client_secret": desk.secret.utf8Text ?? ""]
    let token = try await desk.post(
      "/oauth2/token",
      client.merging(["grant_type": "authorization_code", "code": code, "code_verifier": Desk.verifier]) { $1 })
    #expect(token.status == 200)
    let access = try #require(token["access_token"])
    return try BothWays.shape(try await desk.post("/oauth2/introspect", client.merging(["token": access]) { $1 }))
  }

  /// Status, `Retry-After` and body, without what is drawn by lot.
  private static func shape(_ answer: Answer) throws -> String {
    var body = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
    for name in ["auth_session", "authorization_code", "jti", "sub"] where body[name] != nil { body[name] = "drawn" }
    let text = try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys])
    return "\(answer.status) \(answer.headers[.retryAfter] ?? "-") \(String(decoding: text, as: UTF8.self))"
  }
}
