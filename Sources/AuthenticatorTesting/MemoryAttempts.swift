import AccessModel
public import AuthenticatorKit
import Synchronization

/// A counter of attempts in memory: the host's lock, three minutes and three more with each further failure, by a clock
/// that the test moves.
public final class MemoryAttempts: AttemptCounter {
  private struct Standing {
    var failures = 0
    var lockedUntil = Instant(milliseconds: 0)
  }

  private let clock: ManualClock
  private let standings = Mutex<[String: Standing]>([:])

  public init(clock: ManualClock) { self.clock = clock }

  /// Consecutive failures of an account.
  public func failures(of account: String) -> Int { standings.withLock { $0[account]?.failures ?? 0 } }

  public func counted<Value: Sendable>(
    _ account: String,
    _ compare: @Sendable () async throws(AuthenticatorFault) -> (value: Value, outcome: AttemptOutcome)
  ) async throws(AuthenticatorFault) -> Value? {
    guard take(account) else { return nil }
    do throws(AuthenticatorFault) {
      let (value, outcome) = try await compare()
      settle(account, outcome)
      return value
    } catch {
      settle(account, .undecided)
      throw error
    }
  }

  private func take(_ account: String) -> Bool {
    let now = clock.now
    return standings.withLock { standings in
      var standing = standings[account] ?? Standing()
      guard standing.lockedUntil <= now else { return false }
      standing.failures += 1
      standing.lockedUntil = now + .minutes(3 * standing.failures)
      standings[account] = standing
      return true
    }
  }

  private func settle(_ account: String, _ outcome: AttemptOutcome) {
    standings.withLock { standings in
      switch outcome {
      case .wrong: break
      case .undecided:
        standings[account]?.failures -= 1
        standings[account]?.lockedUntil = Instant(milliseconds: 0)
      case .proven: standings[account] = nil
      }
    }
  }
}
