/// Whether a list is signed by somebody who may sign it (RFC 5280 section 6.3.3 steps (f) to (h)): with the key of the
/// certificate's issuer, or with another key of the same name whose certificate leads to the same anchor.
///
/// Stricter than the RFC: only the authority itself or the one that certified it can name another key for its lists.
/// Any other authority below the anchor could otherwise make revoked certificates good again.
struct ListSigner {
  let check: RevocationCheck
  let list: RevocationList

  /// - Returns: nil if the list may be believed.
  func failure(_ search: inout PathSearch) -> ListFailure? {
    guard search.request.demands(.crlSignatureInvalid) else { return nil }
    var found = ListFailure(.signer, .crlSignatureInvalid, "its issuer's list is not signed with a key of its issuer")
    for signer in above where signer.subject == list.issuer {
      guard isSigned(by: signer, &search) else { continue }
      guard !mayNotSign(signer, search.request) else {
        found = ListFailure(
          .signer, .crlSignerNotAuthorised, "the key that signed its issuer's list may not sign lists")
        continue
      }
      return nil
    }
    for signer in others(search) where isSigned(by: signer, &search) {
      guard let failure = separateFailure(signer, &search) else { return nil }
      found = failure
    }
    return found
  }

  /// What stands above the certificate in its path, which is valid with the path.
  private var above: ArraySlice<Certificate> { check.path[(check.position + 1)...] }

  private func others(_ search: PathSearch) -> [Certificate] {
    search.certificates(named: list.issuer).filter { !above.contains($0) }
  }

  private func isSigned(by signer: Certificate, _ search: inout PathSearch) -> Bool {
    if list.authorityKeyIdentifier?.matches(signer) == false { return false }
    return search.isSigned(list, by: signer)
  }

  private func mayNotSign(_ signer: Certificate, _ request: ValidationRequest) -> Bool {
    signer.keyUsage?.contains(.cRLSign) == false && request.demands(.crlSignerNotAuthorised)
  }

  private func separateFailure(_ signer: Certificate, _ search: inout PathSearch) -> ListFailure? {
    guard !mayNotSign(signer, search.request) else {
      return ListFailure(.signer, .crlSignerNotAuthorised, "the key that signed its issuer's list may not sign lists")
    }
    guard search.request.demands(.crlSignerPath) else { return nil }
    guard signer.issuer == check.issuer.issuer || signer.issuer == check.issuer.subject else {
      return ListFailure(.signer, .crlSignerPath, "the signer of its issuer's list was named by another authority")
    }
    guard search.nesting == 0, let anchor = check.path.last else {
      return ListFailure(.signer, .crlSignerPath, "the signer of its issuer's list is itself in question")
    }
    var request = search.request
    request.leaf = signer
    request.purpose = .any
    request.policies = PolicyInputs()
    if case .invalid(let rejection) = search.nested(request, anchor: anchor) {
      return ListFailure(.signer, .crlSignerPath, "the signer of its issuer's list has no path: \(rejection)")
    }
    return nil
  }
}
