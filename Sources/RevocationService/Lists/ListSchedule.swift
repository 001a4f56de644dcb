/// When to look for a newer list. Pure: the caller brings time and chance.
struct ListSchedule: Sendable {
  /// Whatever an authority writes into its lists, it is not asked more often.
  static let floor: Int64 = 60
  /// Seconds between two fetches at least and at most.
  let minimum: Int64
  let maximum: Int64

  init(minimum: Int64, maximum: Int64) {
    self.minimum = max(minimum, Self.floor)
    self.maximum = max(maximum, self.minimum)
  }

  /// After a list came, or did not change.
  ///
  /// At four fifths of the time between the list and the next one, give or take a twentieth; after that, each time the
  /// rest is halved, because the next list may come before it is due.
  /// - Parameters:
  ///   - asked: when the authority was last asked.
  ///   - chance: 0 to 1.
  func next(after asked: Int64, thisUpdate: Int64, nextUpdate: Int64, chance: Double) -> Int64 {
    let life = Double(max(nextUpdate - thisUpdate, 0))
    var due = thisUpdate + Int64(life * (0.75 + 0.1 * chance))
    if due <= asked { due = asked + max(Self.floor, (nextUpdate - asked) / 2) }
    let atLeast = asked + minimum
    if due < atLeast, atLeast < nextUpdate { due = atLeast }
    return min(max(due, asked + Self.floor), asked + maximum)
  }

  /// After a failure: a minute, then twice as long each time, up to the minimum between fetches; half of it by chance.
  /// - Parameter failures: in a row, 1 or more.
  func retry(after now: Int64, failures: Int, chance: Double) -> Int64 {
    let pause = min(Self.floor << Int64(min(max(failures, 1) - 1, 16)), max(minimum, Self.floor))
    return now + pause / 2 + Int64(Double(pause - pause / 2) * chance)
  }
}
