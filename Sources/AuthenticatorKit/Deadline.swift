import Synchronization

/// Waits for work no longer than it is told, even where the work cannot be stopped: a group of tasks would wait on.
package enum Deadline {
  /// - Returns: what the work came to; nil when the time is over first, with the work going on.
  package static func value<Value: Sendable>(of work: Task<Value, any Error>, within limit: Duration) async throws
    -> Value?
  {
    let race = Race<Result<Value, any Error>?>()
    Task { race.finish(await work.result) }
    let timer = Task {
      try? await Task.sleep(for: limit)
      race.finish(nil)
    }
    defer { timer.cancel() }
    return try await race.outcome()?.get()
  }
}

/// The first outcome wins; later ones are dropped.
private final class Race<Outcome: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Outcome, Never>)
    case over(Outcome)
  }
  private let state = Mutex(State.open)

  func finish(_ outcome: Outcome) {
    let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      switch state {
      case .over: return nil
      case .open:
        state = .over(outcome)
        return nil
      case .awaited(let waiter):
        state = .over(outcome)
        return waiter
      }
    }
    waiter?.resume(returning: outcome)
  }

  func outcome() async -> Outcome {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> Outcome? in
        if case .over(let outcome) = state { return .some(outcome) }
        state = .awaited(continuation)
        return .none
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }
}
