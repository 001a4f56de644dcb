import CertificateKit
import Synchronization

extension RevocationListKeeper {
  /// Sources looked at at the same time, in each loop.
  private static let maximumVisits = 2

  /// Reads the last good copies from disk and looks at the files once. Fetches nothing. A second call does nothing.
  public func load() async {
    let isFirst = state.withLock { state in
      defer { state.isLoaded = true }
      return !state.isLoaded
    }
    guard isFirst else { return }
    await recallLearned()
    for source in state.withLock({ $0.tracked.map(\.source) }) { await visit(source, fetches: false) }
    reportAges()
  }

  /// Does everything that is due, and returns when it has been done.
  /// - Returns: when something is due next, in seconds since 1970.
  @discardableResult public func tick() async -> Int64 { await tick { _ in true } }

  func tick(_ isMine: @Sendable (TrackedList) -> Bool) async -> Int64 {
    await load()
    await forget()
    let now = world.now()
    let due = state.withLock { $0.tracked.filter { isMine($0) && $0.nextAttempt <= now && !$0.isBusy }.map(\.source) }
    await withTaskGroup(of: Void.self) { group in
      for (index, source) in due.enumerated() {
        if index >= Self.maximumVisits { await group.next() }
        group.addTask { await self.visit(source, fetches: true) }
      }
    }
    reportAges()
    return state.withLock { $0.tracked.filter(isMine).map(\.nextAttempt).min() } ?? now + settings.maximumInterval
  }

  /// - Parameter fetches: whether the network may be used.
  private func visit(_ source: ListSource, fetches: Bool) async {
    guard let tracked = begin(source) else { return }
    switch source {
    case .file(let path):
      let visit = FileVisit(
        path: path, tracked: tracked, settings: settings, world: world, authorities: authorities())
      finish(source, await visit.look(), isFetch: true)
    case .address(let address):
      var current: TrackedList? = tracked
      if !tracked.isRestored {
        finish(source, await addressVisit(address, tracked).restore(), isFetch: false)
        current = begin(source)
      }
      guard let current else { return }
      guard fetches, current.nextAttempt <= world.now() else { return rest(source) }
      finish(source, await addressVisit(address, current).fetch(), isFetch: true)
    }
  }

  private func addressVisit(_ address: FetchAddress, _ tracked: TrackedList) -> AddressVisit {
    AddressVisit(
      address: address, tracked: tracked, settings: settings, world: world, archive: archive,
      authorities: authorities())
  }

  /// - Returns: nil if somebody else is at it, or it is not tracked any more.
  private func begin(_ source: ListSource) -> TrackedList? {
    state.withLock { state in
      guard let index = state.tracked.firstIndex(where: { $0.source == source }), !state.tracked[index].isBusy else {
        return nil
      }
      state.tracked[index].isBusy = true
      return state.tracked[index]
    }
  }

  private func rest(_ source: ListSource) {
    state.withLock { state in
      guard let index = state.tracked.firstIndex(where: { $0.source == source }) else { return }
      state.tracked[index].isBusy = false
    }
  }

  /// - Parameter isFetch: and not a look at the copy on disk.
  private func finish(_ source: ListSource, _ visit: ListVisit, isFetch: Bool) {
    let now = world.now()
    let chance = world.jitter
    let (before, after) = state.withLock { state -> (TrackedList?, TrackedList?) in
      guard let index = state.tracked.firstIndex(where: { $0.source == source }) else { return (nil, nil) }
      let before = state.tracked[index]
      state.tracked[index].take(visit, isFetch: isFetch, now: now)
      state.tracked[index].schedule(settings, attempted: isFetch && visit.outcome != nil, now: now, chance: chance)
      if visit.lists != nil { publish(state) }
      return (before, state.tracked[index])
    }
    if let before, let after { report(visit, before, after, isFetch: isFetch) }
  }
}

extension TrackedList {
  /// Takes in what a visit brought.
  mutating func take(_ visit: ListVisit, isFetch: Bool, now: Int64) {
    isBusy = false
    isRestored = true
    if let stamp = visit.stamp { self.stamp = stamp }
    if let note = visit.note, !(visit.outcome?.isFailure ?? true) { self.note = note }
    if let lists = visit.lists { self.lists = lists }
    guard let outcome = visit.outcome else { return }
    lastOutcome = outcome
    guard isFetch else { return }
    lastAttempt = now
    failures = outcome.isFailure || isLate(now) ? failures + 1 : 0
  }

  /// Even the list that is there should have been replaced by now.
  private func isLate(_ now: Int64) -> Bool { lists.contains { ($0.nextUpdate ?? 0) <= now } }

  /// - Parameters:
  ///   - attempted: whether the source itself was tried just now.
  ///   - chance: 0 to 1.
  mutating func schedule(_ settings: RevocationListSettings, attempted: Bool, now: Int64, chance: Double) {
    let schedule = ListSchedule(minimum: settings.minimumInterval, maximum: settings.maximumInterval)
    if attempted { retryAfter = failures > 0 ? schedule.retry(after: now, failures: failures, chance: chance) : 0 }
    guard case .address = source else {
      nextAttempt = now + max(settings.fileInterval, 1)
      return
    }
    if failures > 0 {
      nextAttempt = retryAfter
    } else if let list = lists.first, let nextUpdate = list.nextUpdate {
      let asked = attempted ? now : min(note?.asked ?? list.thisUpdate, now)
      nextAttempt = schedule.next(after: asked, thisUpdate: list.thisUpdate, nextUpdate: nextUpdate, chance: chance)
    }
  }
}
