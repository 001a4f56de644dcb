import AccessModel
import AuthenticatorKit
import BrokerCore

/// A module that sends people to show a card, whose "certificate" is a fiscal code in plain letters.
struct CardModule: Authenticator {
  let descriptor = AuthenticatorDescriptor(
    role: .primary, assurance: .high, amr: ["sc", "mfa"], ceiling: .dispositive, judgesCertificates: true)
  /// What a login is worth.
  var right: AccessRight?

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    .redirect(
      Redirect(url: "https://card.test/cns?relay_state=\(login.relayState)"), AuthenticationState(bytes: [42]))
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard state.bytes == [42] else { throw .unavailable("the state is not mine") }
    guard let leaf = answer.certificate?.chain.first else {
      return .denied(.certificate("certificate-missing", "no certificate was shown"))
    }
    let text = String(decoding: leaf, as: UTF8.self)
    if text == "expired" {
      return .denied(
        .certificate("certificate-expired", "this certificate expired on 2025-03-09", facts: ["date": "2025-03-09"]))
    }
    guard let code = try? FiscalCode(text) else { return .denied(.certificate("certificate-identity", "no code")) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(code), right: right))
  }

  static func row(_ id: String = "cns") throws -> RightsPolicy.Row {
    RightsPolicy.Row(
      instance: try InstanceID(id).orThrow(), ceiling: .dispositive, level: .high, acr: "urn:test:cns",
      amr: ["sc", "mfa"], assertsFiscalCode: true)
  }
}

struct Missing: Error {}

extension Optional {
  func orThrow() throws -> Wrapped {
    guard let self else { throw Missing() }
    return self
  }
}
