import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import Testing

/// Asks for a name and a password, and for a code once the password is right.
private struct TwoSecrets: Authenticator {
  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .low, amr: ["pwd"], ceiling: .consultation)

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let fields = [
      PromptField("account", label: "Name", kind: .account), PromptField("password", label: "Password", kind: .secret),
    ]
    return .prompt(Prompt(id: "password", fields: fields), AuthenticationState(bytes: [1]))
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    switch state.bytes {
    case [1] where answer.secret("password") == Secret("right"):
      .prompt(
        Prompt(id: "code", fields: [PromptField("code", label: "Code", kind: .code)]), AuthenticationState(bytes: [2]))
    case [2] where answer.secret("code") == Secret("123456"): .verified(VerifiedIdentity(subject: .local("anna")))
    default: .denied(.badCredentials)
    }
  }
}

/// A module that asks for one secret after the other.
@Suite struct TwoSecretsTests {
  private func desk() async throws -> Desk {
    let row = RightsPolicy.Row(
      instance: try #require(InstanceID("two")), ceiling: .consultation, level: .low, acr: "urn:acr:two", amr: ["pwd"])
    return try await Desk([(row, TwoSecrets())])
  }

  private func say(_ desk: Desk, _ password: String) async throws -> Answer {
    try await desk.begin(["authenticator": "two", "account": "anna", "password": password])
  }

  @Test func theSecondSecretIsAskedForAfterTheFirst() async throws {
    #expect(try await say(try await desk(), "right")["error"] == "insufficient_authorization")
  }

  @Test func safety1DuringALockARightFirstSecretIsRefusedLikeAWrongOne() async throws {
    let desk = try await desk()
    let wrong = try await say(desk, "wrong")
    #expect(wrong["error"] == "access_denied")
    let right = try await say(desk, "right")
    #expect(right["error"] == "access_denied" && right["error_description"] == wrong["error_description"])
    desk.clock.advance(by: .minutes(4))
    #expect(try await say(desk, "right")["error"] == "insufficient_authorization")
  }
}
