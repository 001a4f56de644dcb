public import CertificateKit
import Synchronization

extension RevocationListKeeper {
  private static let addressesPerCertificate = 4

  /// Remembers where the lists for a path are. Only for a path that was validated: a stranger must not choose whom this
  /// machine talks to.
  public func learn(from path: ValidatedPath) {
    for (certificate, issuer) in zip(path.certificates, path.certificates.dropFirst()) {
      learn(from: certificate, issuedBy: issuer)
    }
  }

  /// Remembers where the lists of a certificate's issuer are. Only for a certificate of a validated path.
  ///
  /// Of more than ``RevocationListSettings/maximumLearned`` addresses the one that was named longest ago is forgotten.
  public func learn(from certificate: Certificate, issuedBy issuer: Certificate) {
    guard settings.maximumLearned > 0 else { return }
    let addresses = certificate.crlURLs.prefix(Self.addressesPerCertificate).compactMap { FetchAddress($0) }
    guard !addresses.isEmpty else { return }
    state.withLock { state in
      for address in addresses { state.learn(address, issuer, limit: settings.maximumLearned) }
    }
  }

  /// Addresses that were learned before a restart.
  func recallLearned() async {
    guard let archive, settings.maximumLearned > 0 else { return }
    let notes = await Threads.onListThread { archive.notes() } ?? []
    state.withLock { state in
      for note in notes where note.isLearned {
        state.learn(note.address, nil, limit: settings.maximumLearned)
      }
    }
  }

  /// Removes the copies of addresses that are not tracked any more.
  func forget() async {
    let forgotten = state.withLock { state in
      let forgotten = state.forgotten
      guard !forgotten.isEmpty else { return forgotten }
      state.forgotten = []
      publish(state)
      return forgotten.filter { address in !state.tracked.contains { $0.source == .address(address) } }
    }
    guard let archive, !forgotten.isEmpty else { return }
    _ = await Threads.onListThread { for address in forgotten { archive.remove(address) } }
  }
}

extension RevocationListKeeper.State {
  /// - Parameter issuer: nil if it is not known any more.
  fileprivate mutating func learn(_ address: FetchAddress, _ issuer: Certificate?, limit: Int) {
    uses += 1
    if let index = tracked.firstIndex(where: { $0.source == .address(address) }) {
      tracked[index].lastUse = uses
      if let issuer { tracked[index].add(issuer) }
      return
    }
    if tracked.count(where: \.isLearned) >= limit { forgetOldest() }
    var new = TrackedList(source: .address(address), isLearned: true)
    new.lastUse = uses
    if let issuer { new.issuers = [issuer] }
    tracked.append(new)
  }

  private mutating func forgetOldest() {
    let candidates = tracked.indices.filter { tracked[$0].isLearned }
    guard let oldest = candidates.min(by: { tracked[$0].lastUse < tracked[$1].lastUse }) else { return }
    if case .address(let address) = tracked.remove(at: oldest).source { forgotten.append(address) }
  }
}

extension TrackedList {
  private static let maximumIssuers = 4

  /// With another issuer known, a copy on disk that could not be verified may be verifiable now.
  fileprivate mutating func add(_ issuer: Certificate) {
    guard isLearned, issuers.count < Self.maximumIssuers, !issuers.contains(issuer) else { return }
    issuers.append(issuer)
    guard lists.isEmpty, !isBusy else { return }
    isRestored = false
    nextAttempt = 0
  }
}
