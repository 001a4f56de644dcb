import AccessModel
import Testing

@testable import RemoteModules

/// Whether a module is asked at all: events and times in, a state out.
@Suite struct CircuitTests {
  private static let start = Instant(seconds: 1_000_000)

  private enum Event {
    case admits(Bool)
    case ok(Circuit.Call = .begin)
    case fault(Circuit.Call = .begin)
    /// In answer to a question that was asked when the trial began that ends at this second; the one that goes on where
    /// nothing is said.
    case hello(trialEnding: Int? = nil)
  }

  /// Plays events at seconds after the start, with three faults and a pause of ten seconds.
  @discardableResult
  private func play(_ events: [(second: Int, event: Event)]) -> Circuit {
    var circuit = Circuit(threshold: 3, pause: .seconds(10))
    for (second, event) in events {
      let now = CircuitTests.start + .seconds(second)
      switch event {
      case .admits(let expected):
        let isAdmitted = circuit.admits(at: now)
        #expect(isAdmitted == expected, "at \(second)")
      case .ok(let call): circuit.succeeded(call)
      case .fault(let call): circuit.failed(call, at: now)
      case .hello(let second):
        let trial = second.map { CircuitTests.start + .seconds($0) } ?? circuit.trial
        if let trial { circuit.greeted(in: trial, at: now) }
      }
    }
    return circuit
  }

  private func second(_ number: Int) -> Instant { CircuitTests.start + .seconds(number) }

  @Test func itOpensAfterSoManyFaultsInARow() {
    #expect(play([(0, .fault()), (1, .fault())]).state == .closed)
    #expect(play([(0, .fault()), (1, .fault()), (2, .fault())]).state == .open(until: second(12)))
  }

  @Test func aSuccessStartsTheCountAgain() {
    #expect(play([(0, .fault()), (0, .fault()), (0, .ok()), (0, .fault()), (0, .fault())]).state == .closed)
  }

  /// A module that begins well and breaks at every answer would otherwise never have three in a row.
  @Test func eachKindOfCallIsCountedApart() {
    let mixed = play([
      (0, .fault(.resume)), (0, .ok(.begin)), (0, .fault(.resume)), (0, .ok(.begin)), (0, .fault(.resume)),
    ])
    #expect(mixed.state == .open(until: second(10)))
    #expect(
      play([(0, .fault(.begin)), (0, .fault(.resume)), (0, .fault(.begin)), (0, .fault(.resume))]).state == .closed)
  }

  @Test func nobodyIsAdmittedUntilThePauseIsOverAndThenOne() {
    let circuit = play([
      (0, .fault()), (0, .fault()), (0, .fault()), (0, .admits(false)), (9, .admits(false)), (10, .admits(true)),
      (10, .admits(false)), (19, .admits(false)),
    ])
    #expect(circuit.state == .trying(until: second(20)))
    #expect(circuit.isOpen)
  }

  @Test func theTrialDecides() {
    let open: [(Int, Event)] = [(0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true))]
    #expect(play(open + [(11, .ok()), (11, .admits(true)), (11, .admits(true))]).state == .closed)
    #expect(
      play(open + [(11, .fault()), (20, .admits(false)), (21, .admits(true))]).state == .trying(until: second(31)))
  }

  /// A trial whose task vanished must not keep the module away for ever.
  @Test func aTrialOfWhichNothingIsHeardIsGivenUp() {
    play([(0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true)), (19, .admits(false)), (20, .admits(true))])
  }

  @Test func faultsOfCallsOnTheirWayDoNotProlongThePause() {
    let late = play([(0, .fault()), (0, .fault()), (0, .fault()), (8, .fault()), (9, .fault(.resume))])
    #expect(late.state == .open(until: second(10)))
  }

  @Test func aGoodHelloProvesNoLogin() {
    let greeted = play([(0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true)), (11, .hello())])
    #expect(greeted.isOpen)
    #expect(greeted.state == .open(until: second(11)))
    play([
      (0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true)), (11, .hello()), (11, .admits(true)),
      (11, .admits(false)),
    ])
  }

  /// The question was asked at 10 and given up at 20, when a login went first; the answer comes at 21.
  @Test func aHelloThatComesLateLetsNoSecondLoginGoFirst() {
    let late = play([
      (0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true)), (20, .admits(true)),
      (21, .hello(trialEnding: 20)), (21, .admits(false)), (29, .admits(false)),
    ])
    #expect(late.state == .trying(until: second(30)))
  }

  @Test func aHelloThatComesAfterTheTrialsEndChangesNothing() {
    let open: [(Int, Event)] = [(0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true))]
    let closed = play(open + [(11, .ok()), (12, .hello(trialEnding: 20))])
    #expect(closed.state == .closed)
    let failed = play(open + [(11, .fault()), (12, .hello(trialEnding: 20)), (12, .admits(false))])
    #expect(failed.state == .open(until: second(21)))
  }

  @Test func theFirstFaultAfterATrialOpensItAgain() {
    let again = play([
      (0, .fault()), (0, .fault()), (0, .fault()), (10, .admits(true)), (10, .hello()), (10, .admits(true)),
      (12, .fault()),
    ])
    #expect(again.state == .open(until: second(22)))
  }

  /// Only a pause counts, and not how far the clock was set back.
  @Test func aClockThatWasSetBackDoesNotKeepItOpen() {
    play([(0, .fault()), (0, .fault()), (0, .fault()), (-3_600, .admits(true)), (-3_600, .admits(false))])
    play([(0, .fault()), (0, .fault()), (0, .fault()), (-1, .admits(true))])
  }
}
