/// A set of revocation lists, found by their issuers. Immutable: a newer set replaces it as a whole.
public struct RevocationLists: Sendable {
  public let lists: [RevocationList]
  let byIssuer: [DistinguishedName: [RevocationList]]

  public init(_ lists: [RevocationList]) {
    self.lists = lists
    byIssuer = Dictionary(grouping: lists, by: \.issuer)
  }
}

/// Answers for single certificates outside of a path, such as that of an OCSP responder. Only lists that the issuer's
/// own key signed count here; nil if there is no list of that issuer.
extension RevocationLists: RevocationSource {
  public func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus? {
    guard let lists = byIssuer[certificate.issuer] else { return nil }
    var search = PathSearch(
      trust: TrustStore(anchors: [issuer]), request: ValidationRequest(leaf: certificate, time: time),
      revocation: RevocationPolicy(lists: self), nesting: 1)
    return ListCheck(check: RevocationCheck(path: [certificate, issuer], position: 0), lists: lists).status(&search)
  }
}
