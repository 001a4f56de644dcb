import Synchronization

extension AuthenticatorConformance {
  /// What a module has shown of itself in a run.
  final class Sightings: Sendable {
    enum Sight: Sendable { case step, prompt, account, state, verified }

    private let sights = Mutex(Set<Sight>())

    var seen: Set<Sight> { sights.withLock { $0 } }

    func note(_ step: AuthenticationStep) {
      var sights: Set<Sight> = [.step]
      if step.state != nil { sights.insert(.state) }
      if step.verifiedSubject != nil { sights.insert(.verified) }
      if case .prompt(let prompt, _) = step {
        sights.insert(.prompt)
        if prompt.fields.contains(where: { $0.kind == .account }) { sights.insert(.account) }
      }
      self.sights.withLock { $0.formUnion(sights) }
    }
  }

  /// The module under examination, and somebody who looks on.
  struct WatchedAuthenticator: Authenticator {
    let watched: any Authenticator
    let sightings: Sightings

    var descriptor: AuthenticatorDescriptor { watched.descriptor }

    func begin(_ login: LoginRequest) async throws(AuthenticatorFault) -> AuthenticationStep {
      let step = try await watched.begin(login)
      sightings.note(step)
      return step
    }

    func resume(
      _ answer: LoginAnswer, from state: AuthenticationState
    ) async throws(AuthenticatorFault) -> AuthenticationStep {
      let step = try await watched.resume(answer, from: state)
      sightings.note(step)
      return step
    }
  }
}
