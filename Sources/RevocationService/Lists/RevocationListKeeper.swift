public import CertificateKit
public import Logging
import Synchronization

/// Fetches revocation lists in the background and keeps the last good ones (RFC 5280 section 5).
///
/// Gives no verdicts: ``lists`` is what a validation is to use. A list replaces the one before only if it is signed by
/// an authority that is trusted, and is newer; whatever else comes has a name (``ListOutcome``), is logged and counted.
public final class RevocationListKeeper: Sendable {
  let settings: RevocationListSettings
  let authorities: @Sendable () -> [Certificate]
  let world: RevocationWorld
  let logger: Logger
  let archive: ListArchive?
  let state: Mutex<State>
  private let published = Mutex(RevocationLists([]))

  struct State: Sendable {
    var tracked: [TrackedList]
    var uses: UInt64 = 0
    var isLoaded = false
    /// Whose copies are to be removed from disk.
    var forgotten: [FetchAddress] = []
  }

  /// - Parameter authorities: the trust anchors and intermediates of this moment; asked at each fetch.
  public init(
    settings: RevocationListSettings, authorities: @escaping @Sendable () -> [Certificate], world: RevocationWorld,
    logger: Logger
  ) {
    self.settings = settings
    self.authorities = authorities
    self.world = world
    self.logger = logger
    archive = settings.stateDirectory.map { ListArchive(directory: $0) }
    var sources: [ListSource] = []
    for source in settings.files.map(ListSource.file) + settings.addresses.map(ListSource.address)
    where !sources.contains(source) { sources.append(source) }
    state = Mutex(State(tracked: sources.map { TrackedList(source: $0, isLearned: false) }))
  }

  /// The last good lists, replaced as a whole. Costs a fraction of a microsecond.
  public var lists: RevocationLists { published.withLock { $0 } }

  /// Keeps lists fresh until the task is cancelled.
  ///
  /// Addresses out of certificates have a loop of their own: however slow they are, the operator's are not held up.
  public func run() async {
    await load()
    await withTaskGroup(of: Void.self) { group in
      for isLearned in [false, true] {
        group.addTask { await self.loop { $0.isLearned == isLearned } }
      }
    }
  }

  private func loop(_ isMine: @Sendable (TrackedList) -> Bool) async {
    while !Task.isCancelled {
      let next = await tick(isMine)
      // Not longer than this, because an address may be learned meanwhile.
      let pause = min(max(next - world.now(), 1), 5)
      try? await Task.sleep(for: .seconds(pause))
    }
  }

  /// Puts what is known of a source into the set that validations use. Called with the state locked.
  func publish(_ state: borrowing State) {
    var seen: Set<[UInt8]> = []
    let all = state.tracked.flatMap(\.lists).filter { seen.insert($0.fingerprint).inserted }
    published.withLock { $0 = RevocationLists(all) }
  }
}

/// For those who ask again and again, and want the lists of the moment each time: an ``OCSPClient``, for example.
extension RevocationListKeeper: RevocationSource {
  public func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus? {
    lists.status(of: certificate, issuedBy: issuer, at: time)
  }
}
