import AccessModel

/// Whether a module is asked at all: after several faults in a row it is left alone for a while, then one call goes first.
///
/// Pure: events and times go in, decisions come out. Faults are counted for each kind of call apart, because a module that
/// begins well and breaks at every answer would otherwise never have two in a row.
struct Circuit: Sendable, Equatable {
  enum Call: Sendable, Equatable, CaseIterable {
    case begin
    case resume
  }

  enum State: Sendable, Equatable {
    case closed
    case open(until: Instant)
    /// One call is on its way; everybody else waits for what becomes of it. It is given up at some time.
    case trying(until: Instant)
  }

  /// After how many faults in a row it opens.
  let threshold: Int
  let pause: TimeSpan
  private(set) var state = State.closed
  private var faults: [Call: Int] = [:]

  init(threshold: Int, pause: TimeSpan) {
    self.threshold = threshold
    self.pause = pause
  }

  var isOpen: Bool { state != .closed }

  /// What the trial that goes on now is known by: no later one ends at the same time. nil where there is none.
  var trial: Instant? { if case .trying(let until) = state { until } else { nil } }

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

  mutating func succeeded(_ call: Call) {
    faults[call] = 0
    state = .closed
  }

  mutating func failed(_ call: Call, at now: Instant) {
    faults[call] = min(faults[call, default: 0] + 1, threshold)
    switch state {
    case .closed where faults[call, default: 0] < threshold: break
    case .closed, .trying: state = .open(until: now + pause)
    // Calls that were on their way when it opened.
    case .open: break
    }
  }

  /// The module says that it is there, which proves no login: the next one goes first.
  /// - Parameter trial: the one that asked; a hello that comes late may not put a second login beside the one that is
  ///   being tried meanwhile.
  mutating func greeted(in trial: Instant, at now: Instant) {
    if self.trial == trial { state = .open(until: now) }
  }
}
