import AuthenticatorKit
import Synchronization

/// What was found so far, rule by rule.
final class ExaminationNotes: Sendable {
  private struct State {
    /// The rules that were looked at, with what was found.
    var findings: [String: [String]] = [:]
    /// Why nothing can be said of the others.
    var reasons: [String: String] = [:]
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

  func note(_ examination: AuthenticatorConformance.Examination) {
    let faults = state.withLock { $0.faults }
    check(.answersKeepTheProtocol, faults.filter { $0.kind != .claim }.map { "\($0.kind.rawValue): \($0.reason)" })
    let claims = faults.filter { $0.kind == .claim }.map(\.reason)
    if claims.isEmpty, !examination.hasVerified {
      skip(WireRule.claimsStayWithinHello.rawValue, "no login ended verified")
    } else {
      check(.claimsStayWithinHello, claims)
    }
    for rule in AuthenticatorConformance.Rule.allCases {
      let found = examination.findings.filter { $0.rule == rule }.map(\.sentence)
      if let reason = examination.unchecked[rule] { skip(rule.rawValue, reason) } else { note(rule.rawValue, found) }
    }
  }

  private func note(_ rule: String, _ findings: [String]) {
    state.withLock { $0.findings[rule, default: []] += findings }
  }

  private func skip(_ rule: String, _ reason: String) { state.withLock { $0.reasons[rule] = reason } }

  /// - Returns: nil for a rule of which nothing can be said.
  func findings(_ rule: String) -> [String]? { state.withLock { $0.findings[rule] } }

  /// Why nothing can be said of a rule.
  func reason(_ rule: String) -> String? { state.withLock { $0.reasons[rule] } }
}
