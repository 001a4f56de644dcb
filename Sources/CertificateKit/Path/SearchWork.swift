/// What one validation has done, against what it may do; and of all failures the one to tell.
struct SearchWork {
  /// How far a candidate came; the farthest one's failure is told.
  enum Progress: Int, Comparable {
    case noIssuer, otherKey, signature, certificate, path, revocation

    static func < (left: Progress, right: Progress) -> Bool { left.rawValue < right.rawValue }
  }

  private(set) var budget: ValidationBudget
  private(set) var isExhausted = false
  private var best: (progress: Progress, rejection: Rejection)?

  init(_ budget: ValidationBudget) { self.budget = budget }

  var rejection: Rejection {
    guard !isExhausted else {
      return Rejection(.budgetExhausted, at: nil, "too many possible paths, none of which held so far")
    }
    return best?.rejection ?? Rejection(.noPath, at: nil, "no path to an anchor")
  }

  mutating func note(_ progress: Progress, _ rejection: Rejection) {
    if let best, best.progress >= progress { return }
    best = (progress, rejection)
  }

  mutating func spend(_ what: WritableKeyPath<ValidationBudget, Int>, _ count: Int = 1) -> Bool {
    guard !isExhausted, budget[keyPath: what] >= count else {
      isExhausted = true
      return false
    }
    budget[keyPath: what] -= count
    return true
  }

  /// Whether a certificate is signed with a candidate's key; asked once for each pair of them.
  mutating func isSigned(_ certificate: Certificate, by issuer: Certificate) -> Bool {
    if let known = certificate.signatureVerdicts.known(issuer.publicKey) { return known }
    return spend(\.signatures) && certificate.isSigned(by: issuer)
  }

  mutating func isSigned(_ list: RevocationList, by signer: Certificate) -> Bool {
    if let known = list.knownVerdict(signer) { return known }
    return spend(\.signatures) && list.isSigned(by: signer)
  }

  /// What a search inside of this one has used up.
  mutating func continueWith(_ inner: SearchWork) {
    budget = inner.budget
    isExhausted = isExhausted || inner.isExhausted
  }
}
