import AuthenticatorKit
import BrokerStore

/// Calls a module under a deadline: one that hangs is a denial for its own login and nothing else (safety sentence 8).
struct ModuleCall: Sendable {
  /// How long a step of a module may take; 10 seconds unless configured.
  let deadline: Duration

  /// - Throws: ``AuthenticatorFault/undecided(_:)`` when the deadline passes; the module's task is cancelled and
  ///   whatever it still answers is dropped.
  func step(
    _ body: @escaping @Sendable () async throws(AuthenticatorFault) -> AuthenticationStep
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    let work = Task { () async throws -> AuthenticationStep in try await body() }
    defer { work.cancel() }
    do {
      if let step = try await Deadline.value(of: work, within: deadline) { return step }
    } catch {
      throw error as? AuthenticatorFault ?? .undecided("\(type(of: error))")
    }
    throw .undecided("the module did not answer in time")
  }
}
