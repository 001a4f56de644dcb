import AccessModel
import AuthenticatorTesting
import Testing

@testable import RemoteModules

/// What is true of the circuit whatever happens, in whatever order.
@Suite struct CircuitPropertyTests {
  /// A model to compare with, which knows only the last events.
  private struct Watch {
    let threshold: Int
    let pause: TimeSpan
    /// Faults in a row of each kind since its last success.
    var faults: [Circuit.Call: Int] = [:]
    /// When the last call was admitted while it was not closed, with nothing heard of it since.
    var trial: Instant?
  }

  private static let pause = TimeSpan.seconds(10)

  @Test(arguments: UInt64(1)...40) func whateverHappens(_ seed: UInt64) {
    let dice = SeededRandom(seed: seed)
    let threshold = 1 + Int(dice.bytes(1)[0]) % 5
    var circuit = Circuit(threshold: threshold, pause: CircuitPropertyTests.pause)
    var watch = Watch(threshold: threshold, pause: CircuitPropertyTests.pause)
    var now = Instant(seconds: 1_000_000)
    for _ in 0..<2_000 {
      let throwOf = dice.bytes(3)
      // Up to 3.2 s at a time, so that a pause takes several events.
      now = now + TimeSpan(milliseconds: Int64(throwOf[1]) * 12)
      let call = Circuit.Call.allCases[Int(throwOf[2]) % 2]
      let before = circuit
      switch throwOf[0] % 8 {
      case 0...2: admit(&circuit, &watch, at: now)
      case 3...5: fail(call, &circuit, &watch, at: now)
      case 6: succeed(call, &circuit, &watch)
      default: greet(before, &circuit, &watch, at: now)
      }
      bounded(circuit, at: now)
    }
  }

  /// While one call is on its way nobody else is admitted, for a pause.
  private func admit(_ circuit: inout Circuit, _ watch: inout Watch, at now: Instant) {
    let wasOpen = circuit.isOpen
    let isAdmitted = circuit.admits(at: now)
    #expect(wasOpen == circuit.isOpen, "asking alone neither opens nor closes")
    guard wasOpen else { return #expect(isAdmitted, "a closed one admits everybody") }
    guard isAdmitted else { return }
    #expect(watch.trial.map { now >= $0 + watch.pause } ?? true, "a second call while one is being tried")
    watch.trial = now
  }

  private func fail(_ call: Circuit.Call, _ circuit: inout Circuit, _ watch: inout Watch, at now: Instant) {
    let before = circuit
    circuit.failed(call, at: now)
    watch.faults[call, default: 0] += 1
    watch.trial = nil
    if before.isOpen {
      #expect(circuit.isOpen, "a fault never closes")
      if case .open = before.state { #expect(circuit.state == before.state, "a late fault prolongs nothing") }
    } else {
      #expect(circuit.isOpen == (watch.faults[call, default: 0] >= watch.threshold))
    }
  }

  private func succeed(_ call: Circuit.Call, _ circuit: inout Circuit, _ watch: inout Watch) {
    circuit.succeeded(call)
    watch.faults[call] = 0
    watch.trial = nil
    #expect(circuit.state == .closed)
  }

  private func greet(_ before: Circuit, _ circuit: inout Circuit, _ watch: inout Watch, at now: Instant) {
    // Of the trial that goes on, of one that is over, or of none.
    let trial = now.milliseconds.isMultiple(of: 2) ? before.trial : watch.trial
    guard let trial else { return }
    circuit.greeted(in: trial, at: now)
    #expect(circuit.isOpen == before.isOpen, "a hello neither opens nor closes")
    if before.trial == trial { watch.trial = nil } else { #expect(circuit == before, "a late hello changes nothing") }
  }

  /// However it came about: a pause from now somebody is let through.
  private func bounded(_ circuit: Circuit, at now: Instant) {
    for moment in [now + CircuitPropertyTests.pause, now - .days(1)] {
      var copy = circuit
      let isAdmitted = copy.admits(at: moment)
      #expect(isAdmitted, "a pause later, and by a clock that was set back")
    }
  }
}
