import CertificateKit
import CoreMetrics
import Crypto
import Logging
import Synchronization

/// What operators see of one source of lists.
public struct RevocationListStatus: Sendable, Equatable {
  /// A path, or an address without its query.
  public let source: String
  public let isLearned: Bool
  /// Of the list that runs out first: its number, in hexadecimal; nil without a list.
  public let number: String?
  /// Seconds since 1970.
  public let thisUpdate: Int64?
  /// Seconds since 1970.
  public let nextUpdate: Int64?
  /// Serial numbers on all lists of the source.
  public let count: Int
  /// nil if nothing has been tried since the start.
  public let lastOutcome: ListOutcome?
  /// Seconds since 1970.
  public let lastAttempt: Int64?
  /// Seconds since 1970; 0 for at once.
  public let nextAttempt: Int64

  init(_ tracked: TrackedList) {
    let list = tracked.earliest
    source = tracked.source.description
    isLearned = tracked.isLearned
    number = list?.number.map { $0.isEmpty ? "00" : Hexadecimal.text($0) }
    thisUpdate = list?.thisUpdate
    nextUpdate = list?.nextUpdate
    count = tracked.lists.reduce(0) { $0 + $1.count }
    lastOutcome = tracked.lastOutcome
    lastAttempt = tracked.lastAttempt
    nextAttempt = tracked.nextAttempt
  }
}

extension RevocationListKeeper {
  /// Every source, the operator's own first.
  public func status() -> [RevocationListStatus] {
    state.withLock { $0.tracked.map { RevocationListStatus($0) } }
  }

  /// A failure is worth a warning when it begins; while it lasts, the metrics tell.
  func report(_ visit: ListVisit, _ before: TrackedList, _ after: TrackedList, isFetch: Bool) {
    guard let outcome = visit.outcome else { return }
    if isFetch { world.count("varco_crl_fetches_total", outcome: outcome.rawValue) }
    let isNews = outcome.replaces || (outcome.isFailure && outcome != before.lastOutcome)
    let level: Logger.Level = outcome == .notSaved || (outcome.isFailure && isNews) ? .warning : isNews ? .info : .debug
    logger.log(
      level: level, "revocation list",
      metadata: [
        "source": "\(after.source)", "outcome": "\(outcome.rawValue)", "detail": "\(visit.detail)",
        "number": "\(RevocationListStatus(after).number ?? "none")", "entries": "\(RevocationListStatus(after).count)",
      ])
  }

  /// The age of the oldest list of each source. What was learned shares one series, so that certificates cannot make any
  /// number of them.
  func reportAges() {
    let now = world.now()
    let tracked = state.withLock { $0.tracked }
    for source in tracked where !source.isLearned { reportAge([source], Self.label(source.source), now) }
    reportAge(tracked.filter(\.isLearned), "learned", now)
  }

  private func reportAge(_ sources: [TrackedList], _ label: String, _ now: Int64) {
    let lists = sources.flatMap(\.lists)
    guard let oldest = lists.map(\.thisUpdate).min(), let next = lists.map({ $0.nextUpdate ?? 0 }).min() else { return }
    Gauge(label: "varco_crl_age_seconds", dimensions: [("list", label)], factory: world.metrics).record(now - oldest)
    Gauge(label: "varco_crl_remaining_seconds", dimensions: [("list", label)], factory: world.metrics).record(
      next - now)
  }

  private static func label(_ source: ListSource) -> String {
    let text =
      switch source {
      case .file(let path): path
      case .address(let address): address.text
      }
    return Hexadecimal.text(SHA256.hash(data: Array(text.utf8)).prefix(6))
  }
}
