/// Looks for paths from the leaf to an anchor, depth first and with backtracking: whatever is wrong with one candidate,
/// the next one is tried, until a path holds or the budget is spent.
struct PathSearch {
  let trust: TrustStore
  let request: ValidationRequest
  let revocation: RevocationPolicy
  /// How many searches for signers of lists this one stands in.
  let nesting: Int
  private let checks: CertificateChecks
  private let bundle: [DistinguishedName: [Certificate]]
  private(set) var work: SearchWork

  init(trust: TrustStore, request: ValidationRequest, revocation: RevocationPolicy, nesting: Int = 0) {
    self.trust = trust
    self.request = request
    self.revocation = revocation
    self.nesting = nesting
    checks = CertificateChecks(request: request)
    bundle = Dictionary(grouping: request.intermediates, by: \.subject)
    work = SearchWork(request.budget)
  }

  mutating func run() -> ValidationOutcome {
    if request.demands(.leafIsAnchor) && isAnchor(request.leaf) {
      return .invalid(Rejection(.leafIsAnchor, at: 0, "a trust anchor proves nothing about itself"))
    }
    if let rejection = checks.rejection(of: request.leaf, .leaf, at: 0) { return .invalid(rejection) }
    if let path = extend([request.leaf]) { return .valid(path) }
    return .invalid(work.rejection)
  }

  private func isAnchor(_ certificate: Certificate) -> Bool {
    trust.anchorsBySubject[certificate.subject]?.contains(certificate) == true
  }

  /// Every certificate that bears a name and is at hand: what came with the leaf, and what the store has.
  func certificates(named name: DistinguishedName) -> [Certificate] {
    (bundle[name] ?? []) + (trust.intermediatesBySubject[name] ?? [])
  }

  private mutating func extend(_ path: [Certificate]) -> ValidatedPath? {
    guard let child = path.last else { return nil }
    let anchors = trust.anchorsBySubject[child.issuer] ?? []
    let others = certificates(named: child.issuer)
    if anchors.isEmpty && others.isEmpty {
      work.note(.noIssuer, Rejection(.noPath, at: path.count - 1, "its issuer is neither an anchor nor at hand"))
    }
    for anchor in anchors where mayFollow(anchor, path, .anchor) {
      if let found = judge(path + [anchor]) { return found }
    }
    for issuer in others where mayFollow(issuer, path, .intermediate) {
      if let found = extend(path + [issuer]) { return found }
    }
    return nil
  }

  /// The same name with the same key twice leads nowhere (RFC 4158 section 2.4.1), and so does what signed itself.
  private mutating func leadsNowhere(_ issuer: Certificate, _ path: [Certificate]) -> Bool {
    if isAnchor(issuer) { return true }
    if issuer.namesItselfAsIssuer {
      let rejection = Rejection(.noPath, at: path.count, "signed by itself, but no anchor")
      work.note(.noIssuer, rejection)
      return true
    }
    return path.contains { $0.publicKey == issuer.publicKey && $0.subject == issuer.subject }
  }

  private mutating func mayFollow(_ issuer: Certificate, _ path: [Certificate], _ place: Defect.Places) -> Bool {
    guard let child = path.last, work.spend(\.steps) else { return false }
    guard place == .anchor || !leadsNowhere(issuer, path) else { return false }
    let position = path.count - 1
    if place == .intermediate && position >= request.maximumIntermediates && request.demands(.pathTooLong) {
      work.note(
        .certificate, Rejection(.pathTooLong, at: nil, "more intermediates than \(request.maximumIntermediates)"))
      return false
    }
    if child.values.authorityKeyIdentifier?.matches(issuer) == false && request.demands(.keyIdentifierMismatch) {
      work.note(
        .otherKey, Rejection(.keyIdentifierMismatch, at: position, "signed with another key than its issuer has"))
      return false
    }
    if let rejection = checks.rejection(of: issuer, place, at: position + 1) {
      work.note(.certificate, rejection)
      return false
    }
    guard work.isSigned(child, by: issuer) else {
      work.note(.signature, Rejection(.signatureInvalid, at: position, "not signed with its issuer's key"))
      return false
    }
    return true
  }

  private mutating func judge(_ path: [Certificate]) -> ValidatedPath? {
    guard work.spend(\.pathCertificates, path.count) else { return nil }
    if let rejection = NameChecks(request: request).rejection(of: path) {
      work.note(.path, rejection)
      return nil
    }
    switch OpenSSLPath.verify(path, request.policies) {
    case .failure(let rejection):
      work.note(.path, rejection)
      return nil
    case .success(let policies): return judgeRevocation(path, policies)
    }
  }

  private mutating func judgeRevocation(_ path: [Certificate], _ policies: [OID]) -> ValidatedPath? {
    guard !revocation.isOff else { return ValidatedPath(certificates: path, policies: policies, revocation: []) }
    var statuses: [RevocationStatus] = []
    for position in path.indices.dropLast() {
      let status = RevocationCheck(path: path, position: position).status(&self)
      if let rejection = rejection(status, position) {
        work.note(.revocation, rejection)
        return nil
      }
      statuses.append(status)
    }
    return ValidatedPath(certificates: path, policies: policies, revocation: statuses)
  }

  private func rejection(_ status: RevocationStatus, _ position: Int) -> Rejection? {
    switch status {
    case .good: return nil
    case .revoked(_, let reason): return Rejection(.revoked, at: position, "revoked: \(reason)")
    case .unknown(let reason, let detail):
      guard revocation.unknown == .refused else { return nil }
      return Rejection(reason, at: position, detail)
    }
  }

  /// Whether a list is signed with a candidate's key.
  mutating func isSigned(_ list: RevocationList, by signer: Certificate) -> Bool {
    work.isSigned(list, by: signer)
  }

  /// Lets a search for the signer of a list work within what this one may still do. A signer about whom nobody knows
  /// vouches for nobody, even where not knowing is only reported.
  mutating func nested(_ request: ValidationRequest, anchor: Certificate) -> ValidationOutcome {
    var inner = request
    inner.budget = work.budget
    var policy = revocation
    policy.unknown = .refused
    var search = PathSearch(
      trust: TrustStore(anchor, of: trust), request: inner, revocation: policy, nesting: nesting + 1)
    defer { work.continueWith(search.work) }
    return search.run()
  }
}
