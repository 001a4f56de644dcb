public import AccessModel

extension LoginFlow {
  /// The highest right that the session's own proofs give at this moment, without what this login has added; nil where
  /// none of them counts.
  public func rightNow(of state: State, at now: Instant) -> AccessRight? {
    Combination(state.existing, under: policy).primaries.map { proof in
      let isFresh = AccessDecision.end(of: proof.at, lasting: proof.row.freshness, at: now) != nil
      return isFresh ? proof.right : .consultation
    }.max()
  }
}
