import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Logging
import Sealing
import TokenService

extension LoginDesk {
  /// Whoever was refused may try again in the same step: what the module began is used up, so it begins anew.
  /// - Parameters:
  ///   - arrival: the step as it was before the refusal.
  ///   - browser: the one that the step is bound to.
  func beginAgain(
    _ relay: String, _ arrival: Arrival, of instance: InstanceID, in browser: [UInt8]
  ) async throws(StoreError) {
    guard let (redirect, memory) = await newBeginning(relay, arrival, of: instance) else { return }
    var renewed = arrival
    (renewed.memory, renewed.address, renewed.form) = (memory.bytes, redirect.url, redirect.form)
    renewed.outcome = nil
    let hash = TokenHash.of(relay)
    guard let sealed = try? renewed.sealed(arrivalSealer, hash: hash) else { return }
    try await arrivals.renew(hash, sealed, browser: browser, at: world.now())
  }

  /// Where the person has to go now; nil where the module cannot begin again, which leaves the old way.
  private func newBeginning(
    _ relay: String, _ arrival: Arrival, of instance: InstanceID
  ) async -> (Redirect, AuthenticationState)? {
    let subject = arrival.subject.flatMap { try? FiscalCode($0) }
    // Of a subject that cannot be read no login of anybody's may become.
    guard let module = authenticators[instance], (subject == nil) == (arrival.subject == nil) else { return nil }
    let login = LoginRequest(
      purpose: subject == nil ? .firstLogin : .stepUp, subject: subject, relayState: relay,
      context: rules.policy.row(instance)?.contexts.first { $0.acr == arrival.acr }, hasBrowser: true)
    do throws(AuthenticatorFault) {
      let step = try await call.step { () throws(AuthenticatorFault) in try await module.begin(login) }
      guard case .redirect(let redirect, let memory) = step, memory.bytes.count <= AuthenticationState.maximumBytes
      else { return nil }
      return (redirect, memory)
    } catch {
      logger.error("module fault", metadata: ["instance": "\(instance)", "reason": "\(error)"])
      return nil
    }
  }
}
