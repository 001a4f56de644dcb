import AccessModel
import BrokerStore

/// The log as it is when nobody has touched it.
enum AuditCases {
  static let all = [
    StoreCase("a log that nobody touched is intact", intact),
    StoreCase("two handles may write one chain at the same time", oneChain),
    StoreCase("two handles may write two chains at the same time", twoChains),
    StoreCase("a log can be verified while it grows", verifiedWhileGrowing),
    StoreCase("pages give every record once, in order", pages),
    StoreCase("no record holds a fiscal code", pseudonyms),
    StoreCase("a checkpoint file's lines come back as they went", checkpointLines),
  ]

  static func demandIntact(_ ledger: Ledger, _ sentence: String) async throws {
    let verdict = try await AuditStore(ledger).verify()
    guard case .broken(let broken) = verdict else { return }
    throw BrokenPromise(sentence: "\(sentence): \(broken)")
  }

  @Sendable private static func intact(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    // More than a page of the walk.
    for number in 0..<1100 { try await AuditStore(first).record(bench.entry(.login, ["n": "\(number)"])) }
    let checkpoints = try await AuditStore(second).checkpoints(at: bench.clock.now)
    try await AuditStore(second).record(bench.entry(.denial))
    let total = try await bench.first.rows("SELECT seq FROM audit")
    let verdict = try await AuditStore(second).verify(checkpoints: checkpoints)
    try demand(verdict == .intact(records: total, chains: 2), "the verdict is \(verdict) for \(total) records")
  }

  @Sendable private static func oneChain(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers(chains: ("main", "main"))
    try await crowd(bench, first, second, chains: 1)
  }

  @Sendable private static func twoChains(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await crowd(bench, first, second, chains: 2)
  }

  private static func crowd(_ bench: Bench, _ first: Ledger, _ second: Ledger, chains: Int) async throws {
    let before = try await bench.first.rows("SELECT seq FROM audit")
    _ = try await bench.crowd(64, first, second) { ledger, _ in
      try await AuditStore(ledger).record(bench.entry(.login))
    }
    let verdict = try await AuditStore(first).verify()
    try demand(verdict == .intact(records: before + 64, chains: chains), "the verdict is \(verdict)")
  }

  @Sendable private static func verifiedWhileGrowing(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let broken = try await bench.crowd(64, first, second) { ledger, caller in
      guard caller.isMultiple(of: 8) else {
        try await AuditStore(ledger).record(bench.entry(.login))
        return false
      }
      if case .broken = try await AuditStore(ledger).verify() { return true }
      return false
    }
    try demand(!broken.contains(true), "a record that was just being added looked like a break")
  }

  @Sendable private static func pages(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    for ledger in [first, second, first, second, second] {
      try await AuditStore(ledger).record(bench.entry(.login))
    }
    var read: [AuditRecord] = []
    while true {
      let page = try await AuditStore(second).records(after: read.last?.position, limit: 2)
      read += page
      if page.count < 2 { break }
    }
    try demand(read.count == (try await bench.first.rows("SELECT seq FROM audit")), "\(read.count) records were read")
    let inOrder = zip(read, read.dropFirst()).allSatisfy { ($0.chain, $0.sequence) < ($1.chain, $1.sequence) }
    try demand(inOrder, "the records came out of order")
  }

  @Sendable private static func pseudonyms(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    try await AuditStore(first).record(
      AuditEntry(.login, by: .citizen, about: citizen.fiscalCode, at: bench.clock.now))
    let name = first.audit.currentKeys.pseudonym(of: citizen.fiscalCode)
    let found = try await AuditStore(second).records(after: nil, limit: 100).filter { $0.subject == name }
    try demand(!found.isEmpty, "the citizen cannot be found by the pseudonym")
    let code = citizen.fiscalCode.rawValue
    let bare = try await bench.first.rows(
      "SELECT 1 FROM audit WHERE subject = $1 OR detail LIKE $2", .text(code),
      .text("%\(code)%"))
    try demand(bare == 0, "a record holds the fiscal code itself")
  }

  @Sendable private static func checkpointLines(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await AuditStore(second).record(bench.entry())
    let checkpoints = try await AuditStore(first).checkpoints(at: bench.clock.now)
    try demand(checkpoints.count == 2, "there are \(checkpoints.count) checkpoints for two chains")
    try demand(checkpoints.map(\.line).compactMap(AuditCheckpoint.init(parsing:)) == checkpoints, "a line changed")
    for torn in ["", "{}", String(checkpoints[0].line.dropLast(3)), "not json"] {
      try demand(AuditCheckpoint(parsing: torn) == nil, "a torn line was read as a checkpoint")
    }
  }
}
