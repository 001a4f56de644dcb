import AuthenticatorKit
import RemoteModules
import RemoteModulesTesting
import Testing

/// What of a module's denials reaches the person (rule R9).
@Suite struct DenialTests {
  private static let explained = Denial.explained("keepsake-lost", "You have lost it.")
  private static let said: [(text: String, denial: Denial)] = [
    (#"{"reason": "bad-credentials"}"#, .badCredentials), (#"{"reason": "locked"}"#, .locked),
    (#"{"reason": "cancelled"}"#, .cancelled), (#"{"reason": "not-enrolled"}"#, .notEnrolled),
    (#"{"reason": "another-person"}"#, .anotherPerson), (#"{"reason": "not-allowed"}"#, .notAllowed),
    (#"{"reason": "grade-too-low"}"#, .gradeTooLow),
    (#"{"reason": "keepsake-lost", "explanation": "You have lost it."}"#, explained),
  ]

  private func denied(_ text: String, role: String, mayExplain: Bool) async throws -> AuthenticationStep {
    let module = RawModule(hello: RawModule.hello(role: role), resume: { .denied(text) })
    return try await module.run { socket in
      var instance = RemoteInstance()
      instance.role = role
      instance.more["may_explain"] = "\(mayExplain)"
      return try await instance.authenticator(socket: socket)
        .resume(LoginAnswer([:]), from: AuthenticationState(bytes: Array("?".utf8)))
    }
  }

  @Test(arguments: said) func aTrustedModuleMayExplain(_ text: String, _ denial: Denial) async throws {
    for role in ["primary", "second-factor"] {
      #expect(try await denied(text, role: role, mayExplain: true) == .denied(denial))
    }
  }

  /// Otherwise it could tell a name that nobody has from a wrong secret.
  @Test(arguments: said) func anotherTellsNothing(_ text: String, _ denial: Denial) async throws {
    let told = denial.isRevealable && denial != .cancelled ? .badCredentials : denial
    #expect(try await denied(text, role: "primary", mayExplain: false) == .denied(told))
    // Whoever is asked for a second factor has proven who they are.
    let factor = denial == .notEnrolled ? denial : told
    #expect(try await denied(text, role: "second-factor", mayExplain: false) == .denied(factor))
  }
}
