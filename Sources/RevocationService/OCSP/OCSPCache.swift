import CertificateKit

/// The last answer about each certificate, up to a number of them; what was used longest ago goes first.
struct OCSPCache: Sendable {
  private struct Entry {
    var status: RevocationStatus
    var until: Int64
    var lastUse: UInt64
  }

  private let capacity: Int
  private var entries: [OCSPCertificateID: Entry] = [:]
  private var uses: UInt64 = 0

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  var count: Int { entries.count }

  /// What may be said at a time. A revocation that is no hold is said for as long as nobody says otherwise.
  mutating func status(of id: OCSPCertificateID, at time: Int64) -> RevocationStatus? {
    guard var entry = entries[id] else { return nil }
    uses += 1
    entry.lastUse = uses
    entries[id] = entry
    return time <= entry.until || entry.status.isFinal ? entry.status : nil
  }

  /// Whether nobody need be asked.
  func isCurrent(_ id: OCSPCertificateID, at time: Int64) -> Bool { entries[id].map { time <= $0.until } ?? false }

  /// No failure takes the place of an answer that still holds.
  mutating func keep(_ status: RevocationStatus, of id: OCSPCertificateID, until: Int64, now: Int64) {
    if case .unknown = status, var known = entries[id], known.status.isFinal || now <= known.until {
      known.until = max(known.until, until)
      if known.status.isFinal { entries[id] = known }
      return
    }
    uses += 1
    entries[id] = Entry(status: status, until: until, lastUse: uses)
    if entries.count > capacity { makeRoom() }
  }

  /// An eighth at once, so that a full cache does not look through all of it each time.
  private mutating func makeRoom() {
    let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, capacity / 8))
    for (id, _) in oldest { entries[id] = nil }
  }
}

extension RevocationStatus {
  /// Revoked for good.
  fileprivate var isFinal: Bool {
    if case .revoked(_, let reason) = self { reason != .certificateHold && reason != .removeFromCRL } else { false }
  }
}
