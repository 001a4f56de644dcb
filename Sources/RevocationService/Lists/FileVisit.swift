import CertificateKit

/// Looks whether a file of lists has changed, and if so takes what is in it, all or nothing.
struct FileVisit: Sendable {
  let path: String
  let tracked: TrackedList
  let settings: RevocationListSettings
  let world: RevocationWorld
  let authorities: [Certificate]

  func look() async -> ListVisit {
    let visit = await Threads.onListThread { read() }
    return visit ?? .nothing
  }

  private func read() -> ListVisit {
    guard let stamp = DiskFile.stamp(of: path) else { return ListVisit(outcome: .unreadableFile) }
    let now = world.now()
    let wasRefused = tracked.lastOutcome?.isFailure ?? false
    if stamp == tracked.stamp, !wasRefused || now < tracked.retryAfter { return .nothing }
    let lists: [RevocationList]
    do throws(CertificateError) {
      lists = try RevocationList.read(
        contentsOf: path, limits: FileLimits(maximumBytes: settings.maximumBytes, maximumCount: 1000))
    } catch {
      return ListVisit(outcome: Self.outcome(error.code), detail: error.code.rawValue, stamp: stamp)
    }
    return judged(lists, stamp, now)
  }

  private static func outcome(_ code: CertificateError.Code) -> ListOutcome {
    switch code {
    case .empty: .empty
    case .tooLarge: .tooLarge
    case .unreadableFile: .unreadableFile
    default: .malformed
    }
  }

  private func judged(_ lists: [RevocationList], _ stamp: DiskFile.Stamp, _ now: Int64) -> ListVisit {
    let acceptance = ListAcceptance(authorities: authorities, now: now, skew: settings.skew)
    var outcome = ListOutcome.unchanged
    for (index, list) in lists.enumerated() {
      let found = acceptance.judge(list, after: tracked.lists.first { $0.isSameSeries(as: list) })
      guard !found.isFailure else { return ListVisit(outcome: found, detail: "list \(index + 1)", stamp: stamp) }
      if found.replaces { outcome = found }
    }
    if lists.count != tracked.lists.count { outcome = .accepted }
    return ListVisit(outcome: outcome, lists: outcome.replaces ? lists : nil, stamp: stamp)
  }
}
