/// Finds out about the revocation of one certificate of a path (RFC 5280 section 6.3).
struct RevocationCheck {
  let path: [Certificate]
  /// Which certificate: 0 for the leaf.
  let position: Int

  var certificate: Certificate { path[position] }
  var issuer: Certificate { path[position + 1] }

  /// The first source that knows decides; without one the first one's reason for not knowing is told.
  func status(_ search: inout PathSearch) -> RevocationStatus {
    let policy = search.revocation
    var unknown: RevocationStatus?
    let turns: [Bool] = policy.order == .listsFirst ? [true, false] : [false, true]
    for asksLists in turns {
      guard let status = asksLists ? lists(policy, &search) : sources(policy, search.request.time) else { continue }
      guard case .unknown = status else { return status }
      unknown = unknown ?? status
    }
    return unknown ?? .unknown(.revocationUnknown, "nobody was asked about its revocation")
  }

  private func lists(_ policy: RevocationPolicy, _ search: inout PathSearch) -> RevocationStatus? {
    guard let lists = policy.lists else { return nil }
    return ListCheck(check: self, lists: lists.byIssuer[certificate.issuer] ?? []).status(&search)
  }

  private func sources(_ policy: RevocationPolicy, _ time: Int64) -> RevocationStatus? {
    var unknown: RevocationStatus?
    for source in policy.sources {
      guard let status = source.status(of: certificate, issuedBy: issuer, at: time) else { continue }
      guard case .unknown = status else { return status }
      unknown = unknown ?? status
    }
    return unknown
  }
}
