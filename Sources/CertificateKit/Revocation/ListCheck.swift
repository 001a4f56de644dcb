/// What the revocation lists of its issuer say about one certificate (RFC 5280 section 6.3.3).
///
/// A certificate is good only if lists that are authentic, complete, fresh and cover it leave no reason out and do not
/// name it. It is revoked as soon as one authentic list names it, be that list a delta or stale.
struct ListCheck {
  let check: RevocationCheck
  /// The lists that bear the issuer's name.
  let lists: [RevocationList]

  private struct Authentic {
    let list: RevocationList
    let reasons: RevocationReasons
    let isFresh: Bool
    let entry: RevokedEntries.Entry?

    /// Whether the list can show that a certificate is not revoked.
    var isComplete: Bool { isFresh && !list.isDelta }
  }

  func status(_ search: inout PathSearch) -> RevocationStatus {
    guard !lists.isEmpty else {
      return search.request.demands(.crlMissing)
        ? .unknown(.crlMissing, "there is no list of its issuer") : .good(until: nil)
    }
    var failure: ListFailure?
    var authentic: [Authentic] = []
    for list in lists {
      switch judge(list, &search) {
      case .success(let found): authentic.append(found)
      case .failure(let found): failure = ListFailure.farther(failure, found)
      }
    }
    if let revoked = revocation(authentic), search.request.demands(.revoked) { return revoked }
    return goodness(authentic, failure, search.request)
  }

  private func judge(_ list: RevocationList, _ search: inout PathSearch) -> Result<Authentic, ListFailure> {
    let request = search.request
    if let defect = list.defects.first(where: { request.demands($0.reason) }) {
      return .failure(ListFailure(.form, defect.reason, defect.detail))
    }
    if request.time < list.thisUpdate && request.demands(.crlNotYetValid) {
      return .failure(ListFailure(.form, .crlNotYetValid, "its issuer's list is from the future"))
    }
    if list.scope?.indirectCRL == true && request.demands(.crlIndirect) {
      return .failure(ListFailure(.form, .crlIndirect, "its issuer's list is an indirect one, which is not processed"))
    }
    guard let reasons = ListScope(check).reasons(list, request) else {
      return .failure(ListFailure(.scope, .crlScope, "its issuer's list does not cover this certificate"))
    }
    if let failure = ListSigner(check: check, list: list).failure(&search) { return .failure(failure) }
    let isStale = list.nextUpdate.map { request.time > $0 } ?? false
    let isFresh = !isStale || !request.demands(.crlExpired)
    return .success(
      Authentic(
        list: list, reasons: reasons, isFresh: isFresh, entry: list.entries.find(check.certificate.serialNumber)))
  }

  private func revocation(_ authentic: [Authentic]) -> RevocationStatus? {
    let revoking = authentic.filter { found in
      guard let entry = found.entry else { return false }
      return entry.isFinal || (entry.reason == .certificateHold && !isLifted(found, authentic))
        || (entry.reason == .removeFromCRL && !found.list.isDelta)
    }
    guard let entry = revoking.first(where: { $0.entry?.isFinal == true })?.entry ?? revoking.first?.entry else {
      return nil
    }
    return .revoked(at: entry.date, entry.reason)
  }

  /// A hold ends when a newer list of the same scope says so: a delta by removing it, a complete one by silence.
  private func isLifted(_ hold: Authentic, _ authentic: [Authentic]) -> Bool {
    authentic.contains { other in
      guard other.isFresh, other.list.isNewer(than: hold.list), other.list.hasScope(of: hold.list) else { return false }
      return other.list.isDelta ? other.entry?.reason == .removeFromCRL : other.entry == nil
    }
  }

  private func goodness(
    _ authentic: [Authentic], _ failure: ListFailure?, _ request: ValidationRequest
  ) -> RevocationStatus {
    let complete = authentic.filter { $0.isComplete || ($0.isFresh && !request.demands(.crlDeltaWithoutBase)) }
    let covered = complete.reduce(RevocationReasons()) { $0.union($1.reasons) }
    if covered.isSuperset(of: .all) || (!covered.isEmpty && !request.demands(.crlReasonsIncomplete)) {
      return .good(until: complete.compactMap(\.list.nextUpdate).min())
    }
    let failure = staleness(authentic) ?? failure
    if !covered.isEmpty {
      return .unknown(.crlReasonsIncomplete, "its issuer's lists leave out some reasons for revocation")
    }
    return failure.map { .unknown($0.reason, $0.detail) } ?? .unknown(.crlMissing, "there is no list of its issuer")
  }

  private func staleness(_ authentic: [Authentic]) -> ListFailure? {
    if authentic.contains(where: { !$0.isFresh && !$0.list.isDelta }) {
      return ListFailure(.use, .crlExpired, "its issuer's list is too old")
    }
    if authentic.contains(where: \.list.isDelta) {
      return ListFailure(.use, .crlDeltaWithoutBase, "its issuer's list is a delta without a complete one")
    }
    return nil
  }
}

/// Why a list is of no use for a certificate.
struct ListFailure: Error {
  /// How far the list came; the farthest one's failure is told.
  enum Progress: Int {
    case form, scope, signer, use
  }

  let progress: Progress
  let reason: RejectionReason
  let detail: String

  init(_ progress: Progress, _ reason: RejectionReason, _ detail: String) {
    self.progress = progress
    self.reason = reason
    self.detail = detail
  }

  static func farther(_ left: ListFailure?, _ right: ListFailure) -> ListFailure {
    guard let left, left.progress.rawValue >= right.progress.rawValue else { return right }
    return left
  }
}
