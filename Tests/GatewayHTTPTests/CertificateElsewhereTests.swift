import AccessModel
import AuthenticatorKit
import BrokerCore
import Foundation
import HTTPTypes
import Testing

@testable import GatewayHTTP

/// Sends the person to a page of its own, and believes whatever comes back.
private struct CredulousModule: Authenticator {
  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .high, amr: ["x"], ceiling: .dispositive)

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    .redirect(
      Redirect(url: "https://idp.example/login?relay_state=\(login.relayState)"), AuthenticationState(bytes: [1]))
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let code = try? FiscalCode(Desk.mario) else { return .denied(.cancelled) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(code)))
  }
}

/// A certificate is shown to a step that is not about certificates (decision 14).
@Suite struct CertificateElsewhereTests {
  @Test func aCertificateCompletesNoStepOfAModuleThatJudgesNone() async throws {
    let row = RightsPolicy.Row(
      instance: try #require(InstanceID("idp")), ceiling: .dispositive, level: .high, acr: "urn:acr:idp", amr: ["x"],
      assertsFiscalCode: true)
    let desk = try await Desk([(row, CredulousModule())])
    let begun = try await desk.begin(["authenticator": "idp", "browser": "true"], scope: "dispositivo:apply")
    let object = try JSONSerialization.jsonObject(with: Data(begun.body.utf8)) as? [String: Any]
    let redirect = try #require(object?["redirect"] as? [String: Any])
    let page = try #require(redirect["page"] as? String)
    let relay = try #require(page.split(separator: "=").last.map(String.init))
    var headers: HTTPFields = [.accept: "*/*"]
    headers[CertificateHeaders.certificate] = ":\(Data("anybody".utf8).base64EncodedString()):"
    headers[CertificateHeaders.verification] = "SUCCESS"
    let shown = try await desk.cards(.get, "/cns?relay_state=\(relay)", headers)
    #expect(shown.status >= 400 && shown["status"] != "completed")
    let answer = try await desk.challenge(["auth_session": try #require(begun["auth_session"])])
    #expect(answer["authorization_code"] == nil)
  }
}
