public import AccessModel

/// The clock and the dice, handed in so that every rule can be tested without waiting (safety sentence 12).
public struct World: Sendable {
  public let now: @Sendable () -> Instant
  /// So many bytes from a cryptographically secure generator.
  public let random: @Sendable (Int) -> [UInt8]

  public init(now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (Int) -> [UInt8]) {
    self.now = now
    self.random = random
  }
}
