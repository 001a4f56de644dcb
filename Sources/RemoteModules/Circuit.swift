import AccessModel

/// Whether a module is asked at all: after several faults in a row it is left alone for a while, then one call goes first.
///
/// Pure: events and times go in, decisions come out.
struct Circuit: Sendable, Equatable {
  enum State: Sendable, Equatable {
    case closed(faults: Int)
    case open(until: Instant)
    /// One call is on its way; everybody else waits for what becomes of it. It is given up at some time.
    case trying(until: Instant)
  }

  /// After how many faults in a row it opens.
  let threshold: Int
  let pause: TimeSpan
  private(set) var state = State.closed(faults: 0)

  init(threshold: Int, pause: TimeSpan) {
    self.threshold = threshold
    self.pause = pause
  }

  var isOpen: Bool {
    if case .closed = state { false } else { true }
  }

  /// Whether a call may be made now.
  mutating func admits(at now: Instant) -> Bool {
    switch state {
    case .closed: return true
    case .open(let until), .trying(let until):
      // A clock that was set back must not keep it open for longer than a pause.
      guard now >= until || until > now + pause else { return false }
      state = .trying(until: now + pause)
      return true
    }
  }

  mutating func succeeded() { state = .closed(faults: 0) }

  mutating func failed(at now: Instant) {
    switch state {
    case .closed(let faults) where faults + 1 < threshold: state = .closed(faults: faults + 1)
    case .closed, .trying: state = .open(until: now + pause)
    // Calls that were on their way when it opened.
    case .open: break
    }
  }
}
