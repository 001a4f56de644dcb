public import AccessModel

extension LoginFlow {
  /// The session's own proofs that count and are fresh at this moment, without what this login has added.
  public func fresh(of state: State, at now: Instant) -> [Combination.Primary] {
    Combination(state.existing, under: policy).primaries.filter { proof in
      AccessDecision.end(of: proof.at, lasting: proof.row.freshness, at: now) != nil
    }
  }
}
