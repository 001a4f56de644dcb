import AuthenticatorKit
import Synchronization

/// Calls a module under a deadline: one that hangs is a denial for its own login and nothing else (safety sentence 8).
struct ModuleCall: Sendable {
  /// How long a step of a module may take; 10 seconds unless configured.
  let deadline: Duration

  /// - Throws: ``AuthenticatorFault/unavailable(_:)`` when the deadline passes; the module's task is cancelled and
  ///   whatever it still answers is dropped.
  func step(
    _ body: @escaping @Sendable () async throws(AuthenticatorFault) -> AuthenticationStep
  ) async throws(AuthenticatorFault) -> AuthenticationStep {
    let race = Race()
    let work = Task {
      do throws(AuthenticatorFault) { race.finish(.success(try await body())) } catch { race.finish(.failure(error)) }
    }
    let timer = Task {
      try? await Task.sleep(for: deadline)
      if !Task.isCancelled { race.finish(.failure(.unavailable("the module did not answer in time"))) }
    }
    let result = await race.result()
    timer.cancel()
    work.cancel()
    return try result.get()
  }
}

/// The first result wins; later ones are dropped.
private final class Race: Sendable {
  typealias Outcome = Result<AuthenticationStep, AuthenticatorFault>
  private struct State {
    var outcome: Outcome?
    var waiter: CheckedContinuation<Outcome, Never>?
  }
  private let state = Mutex(State())

  func finish(_ outcome: Outcome) {
    let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: outcome)
  }

  func result() async -> Outcome {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> Outcome? in
        if state.outcome == nil { state.waiter = continuation }
        return state.outcome
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }
}
