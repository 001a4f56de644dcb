import CertificateKit

/// Where lists come from.
enum ListSource: Sendable, Hashable, CustomStringConvertible {
  case file(String)
  case address(FetchAddress)

  var description: String {
    switch self {
    case .file(let path): path
    case .address(let address): address.description
    }
  }
}

/// A source of lists, and what is known of it.
struct TrackedList: Sendable {
  let source: ListSource
  let isLearned: Bool
  /// Whose certificates named a learned address.
  var issuers: [Certificate] = []
  /// The last good ones: one of an address, any number of a file.
  var lists: [RevocationList] = []
  var note: FetchNote?
  var stamp: DiskFile.Stamp?
  /// The copy on disk has been looked for.
  var isRestored = false
  var isBusy = false
  /// In a row.
  var failures = 0
  var lastOutcome: ListOutcome?
  var lastAttempt: Int64?
  /// Seconds since 1970; 0 for at once.
  var nextAttempt: Int64 = 0
  /// A file that was refused is read again only after this, unless it changes.
  var retryAfter: Int64 = 0
  /// Grows with each time that a certificate names the address.
  var lastUse: UInt64 = 0

  /// The list that runs out first.
  var earliest: RevocationList? { lists.min { ($0.nextUpdate ?? 0) < ($1.nextUpdate ?? 0) } }
}

/// What one look at a source brought.
struct ListVisit: Sendable {
  /// nil where there was nothing to look at.
  var outcome: ListOutcome?
  /// More about the outcome, without a name of a person.
  var detail = ""
  /// What takes the place of the last good lists.
  var lists: [RevocationList]?
  var note: FetchNote?
  var stamp: DiskFile.Stamp?

  static let nothing = ListVisit()
}
