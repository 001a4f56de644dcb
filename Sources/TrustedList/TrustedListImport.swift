public import Foundation
public import XMLSecKit

/// Takes a trusted list in: verify, filter, compare with what is installed; then, when somebody has looked at the
/// difference, apply. A refused list changes nothing.
public struct TrustedListImport: Sendable {
  private let signers: [SignerKey]
  private let store: TrustedListStore
  private let rules: TrustedListRules

  /// - Parameter signers: the keys of the list's operator, pinned; see ``SignerKey/pinned(inPEM:)``.
  public init(signers: [SignerKey], store: TrustedListStore, rules: TrustedListRules = TrustedListRules()) {
    self.signers = signers
    self.store = store
    self.rules = rules
  }

  /// Judges a file without changing anything. A file beyond the limit is refused by its size, unread.
  public func examine(file path: String, at now: Date) throws(TrustedListStoreError) -> TrustedListOutcome {
    switch try SmallFile.read(path, limit: rules.maximumBytes) {
    case .missing: throw .cannotRead(path: path, "it is not there")
    case .tooLarge(let bytes): return .refused(.tooLarge(bytes: bytes, limit: rules.maximumBytes))
    case .bytes(let bytes): return try examine(bytes, at: now)
    }
  }

  /// Judges a list without changing anything. May take seconds: keep it off event loops.
  public func examine(_ bytes: [UInt8], at now: Date) throws(TrustedListStoreError) -> TrustedListOutcome {
    let verifier = XMLSignatureVerifier(
      signers: signers, rules: SignatureRules(identifier: "Id", allowsSignedProperties: true),
      limits: XMLLimits(bytes: rules.maximumBytes))
    let verdict: XMLVerdict
    do { verdict = try verifier.verify(bytes) } catch { throw .library("\(error)") }
    switch verdict {
    case .refused(let refusal): return .refused(TrustedListRefusal(refusal))
    case .verified(let xml): return try compare(xml, with: try store.installed(), at: now)
    }
  }

  /// Puts the anchors and the state of an examined list in place.
  /// - Throws: ``TrustedListStoreError/changedMeanwhile`` if something else is installed than the difference was
  ///   computed from.
  public func apply(_ update: TrustedListUpdate) throws(TrustedListStoreError) {
    try store.replace(update.basis, with: update.state, anchors: update.anchors)
  }

  private func compare(
    _ xml: VerifiedXML, with installed: InstalledTrustedList, at now: Date
  ) throws(TrustedListStoreError) -> TrustedListOutcome {
    do {
      let list = try TrustServiceList(xml)
      let nextUpdate = try judge(list, at: now)
      try judge(list, after: installed.state)
      let anchors = try anchors(of: list, at: now)
      let state = TrustedListState(list, nextUpdate: nextUpdate, anchors: anchors)
      if state == installed.state, installed.isWhole { return .nothingToDo(state) }
      return .update(TrustedListUpdate(state: state, anchors: anchors, basis: installed))
    } catch {
      return .refused(error)
    }
  }

  /// - Returns: when the next list is due.
  private func judge(_ list: TrustServiceList, at now: Date) throws(TrustedListRefusal) -> Date {
    guard list.territory == rules.territory else { throw .territory(list.territory) }
    guard let nextUpdate = list.nextUpdate else { throw .closed }
    guard nextUpdate >= now else { throw .stale(nextUpdate: nextUpdate) }
    guard list.issued <= now else { throw .notYetIssued(list.issued) }
    return nextUpdate
  }

  private func judge(_ list: TrustServiceList, after last: TrustedListState?) throws(TrustedListRefusal) {
    guard let last else { return }
    guard list.territory == last.territory else { throw .territory(list.territory) }
    guard list.sequenceNumber >= last.sequenceNumber else {
      throw .sequenceLower(list.sequenceNumber, last: last.sequenceNumber)
    }
    guard list.sequenceNumber > last.sequenceNumber || list.contentDigest == last.contentDigest else {
      throw .sequenceReused(list.sequenceNumber)
    }
  }

  /// The certificates of the fitting services, each once.
  private func anchors(of list: TrustServiceList, at now: Date) throws(TrustedListRefusal) -> [TrustAnchor] {
    var seen: Set<CertificateFingerprint> = []
    var anchors: [TrustAnchor] = []
    for service in list.services where rules.fits(service, at: now) {
      for anchor in try service.anchors() where seen.insert(anchor.fingerprint).inserted { anchors.append(anchor) }
    }
    guard !anchors.isEmpty else { throw .noFittingService }
    return anchors
  }
}

/// The answer about a list.
public enum TrustedListOutcome: Sendable, Equatable {
  /// It can be applied.
  case update(TrustedListUpdate)
  /// It is the list that is installed.
  case nothingToDo(TrustedListState)
  case refused(TrustedListRefusal)
}

/// A verified list that is ready to be applied to what was installed when it was examined.
public struct TrustedListUpdate: Sendable, Equatable {
  public let state: TrustedListState
  public let anchors: [TrustAnchor]
  let basis: InstalledTrustedList

  /// What applying it would change.
  public var difference: AnchorDifference { AnchorDifference(from: basis.anchors, to: anchors) }
  /// The state of the list taken before; nil if this is the first.
  public var previous: TrustedListState? { basis.state }
}
