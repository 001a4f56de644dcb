import CertificateKit

/// Whether a list may take the place of the last good one. Pure: the caller brings the time.
struct ListAcceptance: Sendable {
  /// Trust anchors and intermediates.
  let authorities: [Certificate]
  let now: Int64
  /// Seconds.
  let skew: Int64
  /// A copy from disk may have run out: it says at least which number was there.
  var takesExpired = false

  /// - Parameter last: the list that `new` would replace.
  func judge(_ new: RevocationList, after last: RevocationList?) -> ListOutcome {
    if let last, new.fingerprint == last.fingerprint { return .unchanged }
    if let last, last.issuer != new.issuer, (last.nextUpdate ?? .min) >= now { return .otherIssuer }
    if let refusal = origin(of: new) { return refusal }
    guard new.defect == nil, new.number != nil, let nextUpdate = new.nextUpdate else { return .unusable }
    guard new.thisUpdate <= now + skew else { return .fromTheFuture }
    if let last, last.issuer == new.issuer {
      guard last.isDelta == new.isDelta else { return .unusable }
      if isOlder(new, than: last) { return .older }
    }
    guard takesExpired || nextUpdate >= now else { return .expired }
    return .accepted
  }

  private func origin(of list: RevocationList) -> ListOutcome? {
    let signers = authorities.filter { $0.subject == list.issuer && $0.keyUsage?.contains(.cRLSign) ?? true }
    guard !signers.isEmpty else { return .otherIssuer }
    return signers.contains(where: list.isSigned) ? nil : .signatureInvalid
  }

  /// Numbers increase (RFC 5280 section 5.2.3), but those of another key or scope count for themselves. Time counts for
  /// all.
  private func isOlder(_ new: RevocationList, than last: RevocationList) -> Bool {
    (last.isSameSeries(as: new) && last.isNewer(than: new)) || new.thisUpdate < last.thisUpdate
  }
}
