public import AuthenticatorKit
import Synchronization

/// Bytes that look random and are the same for the same seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). For tests
/// only.
public final class SeededRandom: Sendable {
  private let state: Mutex<UInt64>

  public init(seed: UInt64 = 1) { state = Mutex(seed) }

  /// - Parameter count: how many bytes; none for a number below 1.
  public func bytes(_ count: Int) -> [UInt8] {
    (0..<max(0, count)).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
  }

  private func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}

extension World {
  /// A world in which nothing happens by itself: the clock is the test's, the dice are loaded.
  public static func deterministic(clock: ManualClock, seed: UInt64 = 1) -> World {
    let random = SeededRandom(seed: seed)
    return World(now: { clock.now }, random: { random.bytes($0) })
  }
}
