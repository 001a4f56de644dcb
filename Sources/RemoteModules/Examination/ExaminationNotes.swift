import AuthenticatorKit
import Synchronization

/// What was found so far, rule by rule.
final class ExaminationNotes: Sendable {
  private struct State {
    /// The rules that were looked at, with what was found.
    var findings: [String: [String]] = [:]
    var faults: [RemoteFault] = []
  }

  private let state = Mutex(State())
  /// A module that does one thing wrong does it in every conversation.
  private static let mostFaults = 10

  func check(_ rule: WireRule, _ findings: [String]) {
    state.withLock { $0.findings[rule.rawValue, default: []] += findings }
  }

  /// Hears of a fault of the module in some call of the suite.
  @Sendable func hear(_ fault: RemoteFault) {
    state.withLock { state in
      guard fault.kind != .circuit, !state.faults.contains(fault), state.faults.count < ExaminationNotes.mostFaults
      else { return }
      state.faults.append(fault)
    }
  }

  func note(_ findings: [AuthenticatorConformance.Finding], of rules: Set<AuthenticatorConformance.Rule>) {
    let faults = state.withLock { $0.faults }
    check(.answersKeepTheProtocol, faults.filter { $0.kind != .claim }.map { "\($0.kind.rawValue): \($0.reason)" })
    check(.claimsStayWithinHello, faults.filter { $0.kind == .claim }.map(\.reason))
    state.withLock { state in
      for rule in rules { state.findings[rule.rawValue, default: []] += [] }
      for finding in findings { state.findings[finding.rule.rawValue, default: []].append(finding.sentence) }
    }
  }

  /// - Returns: nil for a rule that nobody looked at.
  func findings(_ rule: String) -> [String]? { state.withLock { $0.findings[rule] } }
}
