public import AccessModel
public import AuthenticatorKit

extension LoginFlow {
  /// Which instances would bring what is still missing; nil if nothing is, or nothing that a login could bring.
  func missing(_ state: State, at now: Instant) -> [InstanceID]? {
    guard state.citizen != nil else {
      let all = policy.primaries.map(\.instance)
      let fitting = all.filter { instance in state.candidates.isEmpty || state.candidates.contains(instance) }
      return fitting.isEmpty ? all : fitting
    }
    let holder = AccessHolder(authentications: state.allAuthentications, profiles: state.profiles)
    for scope in state.goal {
      guard case .refused(let refusal) = decision.judge(scope, for: holder, at: now), let enough = refusal.enough else {
        continue
      }
      // Somebody who has just used one of them and still has not enough would go round in circles.
      let used = Set(state.gathered.map(\.instance))
      let left = enough.instances.filter { !used.contains($0) }
      if !left.isEmpty { return left }
    }
    // Whoever has logged in within this very conversation is as recent as can be: `max_age=0` must not go round.
    if let age = state.maxAge, !hasLoggedIn(state), !isRecent(holder, age, now) {
      return policy.primaries.map(\.instance)
    }
    return nil
  }

  private func hasLoggedIn(_ state: State) -> Bool {
    state.gathered.contains { policy.row($0.instance)?.isPrimary == true }
  }

  /// A second factor alone is no login, and the token's `auth_time` is not its time.
  private func isRecent(_ holder: AccessHolder, _ age: TimeSpan, _ now: Instant) -> Bool {
    guard let latest = policy.leading(holder.authentications, for: .consultation) else { return false }
    return AccessDecision.end(of: latest.at, lasting: age, at: now) != nil
  }

  /// The context to ask an instance for that has several: the weakest that meets every goal which the instance can meet
  /// at all, and that is no weaker than the weakest one that the client named in `acr_values`.
  /// - Returns: nil if the instance has no contexts.
  public func context(for instance: InstanceID, _ state: State) -> AuthenticationContext? {
    guard let row = policy.row(instance), !row.contexts.isEmpty else { return nil }
    let named = row.contexts.firstIndex { state.acrValues.contains($0.acr) } ?? 0
    let goals = state.goal.map { scope in
      row.contexts.indices.filter { decision.suffices(row.contexts[$0], of: row, for: scope) }
    }.filter { !$0.isEmpty }
    let fitting = row.contexts.indices.first { index in index >= named && goals.allSatisfy { $0.contains(index) } }
    // Where no single one meets them all, the strongest that any of them needs.
    return row.contexts[fitting ?? max(named, goals.compactMap(\.first).max() ?? 0)]
  }
}
