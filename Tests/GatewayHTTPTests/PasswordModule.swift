import AccessModel
import AuthenticatorKit
import BrokerCore
import Synchronization
import Testing

/// Knows the names `anna` and `mario` with the password `right`, and can be told to misbehave.
final class PasswordModule: Authenticator {
  enum Trouble: Sendable, Equatable {
    case none
    /// The answer has been judged, perhaps, and nobody hears how.
    case undecided
    /// The answer has not been judged.
    case unavailable
  }

  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .low, amr: ["pwd"], ceiling: .consultation)
  private let trouble = Mutex(Trouble.none)
  private let answers = Mutex(0)

  /// How many answers it got to see.
  var seen: Int { answers.withLock { $0 } }

  func meet(_ trouble: Trouble) { self.trouble.withLock { $0 = trouble } }

  static func row(followedBy: [[InstanceID]] = []) throws -> RightsPolicy.Row {
    RightsPolicy.Row(
      instance: try #require(InstanceID("password")), ceiling: .consultation, level: .none, acr: "urn:acr:password",
      amr: ["pwd"], followedBy: followedBy)
  }

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    let fields = [
      PromptField("account", label: "Name", kind: .account), PromptField("password", label: "Password", kind: .secret),
    ]
    return .prompt(Prompt(id: "password", fields: fields), AuthenticationState(bytes: [1]))
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    answers.withLock { $0 += 1 }
    switch trouble.withLock({ $0 }) {
    case .none: break
    case .undecided: throw .undecided("too late")
    case .unavailable: throw .unavailable("away")
    }
    guard let name = answer["account"]?.lowercased(), ["anna", "mario"].contains(name),
      answer.secret("password") == Secret("right")
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .local("\(name)-entry")))
  }
}

/// A second factor that takes the code `123456`.
struct CodeModule: Authenticator {
  let descriptor = AuthenticatorDescriptor(role: .secondFactor, assurance: .low, amr: ["otp"], ceiling: .consultation)

  static func row() throws -> RightsPolicy.Row {
    RightsPolicy.Row(
      instance: try #require(InstanceID("code")), isPrimary: false, ceiling: .consultation, level: .low,
      acr: "urn:acr:code", amr: ["otp"])
  }

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard let subject = login.subject else { return .denied(.badCredentials) }
    return .prompt(
      Prompt(id: "code", fields: [PromptField("code", label: "Code", kind: .code)]),
      AuthenticationState(bytes: Array(subject.rawValue.utf8)))
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    guard answer.secret("code") == Secret("123456"),
      let subject = try? FiscalCode(String(decoding: state.bytes, as: UTF8.self))
    else { return .denied(.badCredentials) }
    return .verified(VerifiedIdentity(subject: .fiscalCode(subject)))
  }
}
