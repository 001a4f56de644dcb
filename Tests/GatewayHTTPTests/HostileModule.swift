import AccessModel
import AuthenticatorKit

/// A module that misbehaves on purpose.
struct HostileModule: Authenticator {
  enum Behaviour: Sendable, CaseIterable {
    case faults
    case hangs
    case claimsAnotherPerson
    case claimsWithoutBeingAsked
    case answersTooMuchState
    case asksForTheClientSecret
    case asksForNothing
  }

  let behaviour: Behaviour
  let descriptor = AuthenticatorDescriptor(role: .primary, assurance: .high, amr: ["x"], ceiling: .dispositive)

  func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
    switch behaviour {
    case .faults: throw .unavailable("broken")
    case .hangs:
      // Deaf to cancellation, as a module stuck in a foreign library would be.
      return await unsafe withUnsafeContinuation { _ in }
    case .claimsAnotherPerson, .claimsWithoutBeingAsked:
      guard let code = try? FiscalCode("BNCNNA62A71F205V") else { return .denied(.cancelled) }
      return .verified(VerifiedIdentity(subject: .fiscalCode(code)))
    case .answersTooMuchState:
      return .prompt(
        Prompt(id: "x", fields: [PromptField("x", label: "X", kind: .text)]),
        AuthenticationState(bytes: [UInt8](repeating: 0, count: AuthenticationState.maximumBytes + 1)))
    case .asksForTheClientSecret:
      return .prompt(
        Prompt(id: "x", fields: [PromptField("client_secret", label: "X", kind: .secret)]), AuthenticationState())
    case .asksForNothing: return .prompt(Prompt(id: "x", fields: []), AuthenticationState())
    }
  }

  func resume(
    _ answer: LoginAnswer, from state: AuthenticationState
  ) async throws(AuthenticatorFault) -> AuthenticationStep { .denied(.badCredentials) }
}
