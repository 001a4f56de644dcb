import Sealing

/// Walking the chains: constant memory, page by page, while other processes go on appending.
extension AuditStore {
  /// Checks every record of every chain against its HMAC, its neighbours, its chain's head and the checkpoints.
  /// - Parameter checkpoints: from outside the database, in any order; without them a chain whose end and head were cut
  ///   together looks whole.
  /// - Returns: the first break, chain by chain in the order of their names. A wrong log is a value, not an error.
  public func verify(checkpoints: [AuditCheckpoint] = []) async throws(StoreError) -> AuditVerdict {
    if let broken = falseCheckpoint(checkpoints) { return .broken(broken) }
    let chains = Set(try await chains()).union(checkpoints.map(\.head.chain)).sorted()
    var records = 0
    for chain in chains {
      var walk = ChainWalk(
        chain: chain, keys: ledger.audit.currentKeys.chain,
        checkpoints: checkpoints.map(\.head).filter { $0.chain == chain }.sorted { $0.sequence < $1.sequence })
      if let broken = try await follow(&walk) { return .broken(broken) }
      records += walk.records
    }
    return .intact(records: records, chains: chains.count)
  }

  private func falseCheckpoint(_ checkpoints: [AuditCheckpoint]) -> AuditBreak? {
    let keys = ledger.audit.currentKeys
    for checkpoint in checkpoints where (try? checkpoint.isAuthentic(keys)) != true {
      let isKnown = keys.chain.keyIDs.contains(checkpoint.keyID)
      return AuditBreak(
        chain: checkpoint.head.chain, sequence: checkpoint.head.sequence,
        what: isKnown ? .falseCheckpoint : .unknownKey(checkpoint.keyID))
    }
    return nil
  }

  /// The names of all chains, by hops over the index instead of a scan.
  private func chains() async throws(StoreError) -> [String] {
    try await ledger.read { connection in
      var names = try connection.execute("SELECT chain FROM audit_heads").map { try $0.text(0) }
      var next = try connection.execute("SELECT MIN(chain) FROM audit").first?.optionalText(0)
      while let name = next {
        names.append(name)
        next = try connection.execute("SELECT MIN(chain) FROM audit WHERE chain > $1", .text(name))
          .first?.optionalText(0)
      }
      return names
    }
  }

  private func follow(_ walk: inout ChainWalk) async throws(StoreError) -> AuditBreak? {
    while true {
      let (page, head) = try await page(walk.chain, after: walk.lastRead)
      for record in page {
        guard let broken = walk.take(record) else { continue }
        guard broken.what == .changed, try await wasMoved(record, walk.keys) else { return broken }
        return AuditBreak(chain: broken.chain, sequence: broken.sequence, what: .reordered)
      }
      if page.count < AuditStore.pageSize { return walk.end(head: head) }
    }
  }

  static let pageSize = 500

  /// A page and the head from one state of the database, so that records appended meanwhile do not look like a break.
  private func page(
    _ chain: String, after sequence: Int64
  ) async throws(StoreError) -> ([AuditRecord], AuditHead?) {
    try await ledger.read { connection in
      let records = try connection.execute(
        "SELECT \(AuditRecord.columns) FROM audit WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3", .text(chain),
        .integer(sequence), .integer(Int64(AuditStore.pageSize))
      ).map(AuditRecord.init(row:))
      let head = try connection.execute("SELECT chain, seq, mac FROM audit_heads WHERE chain = $1", .text(chain))
        .first.map(AuditHead.init(row:))
      return (records, head)
    }
  }
}

/// Where a record that does not verify at its place came from, if it was written by us at another one.
extension AuditStore {
  /// How many neighbours on each side are tried in every combination, because both ends of a short swap have moved.
  private static let reach: Int64 = 24

  private func wasMoved(_ record: AuditRecord, _ keys: KeyedHash) async throws(StoreError) -> Bool {
    let near = try await links(record.chain, after: record.sequence - AuditStore.reach - 1, limit: 2 * AuditStore.reach)
    let places = (record.sequence - AuditStore.reach)...(record.sequence + AuditStore.reach)
    for link in near where places.contains(where: { record.verifies(at: $0, after: link.mac, keys) }) { return true }
    if record.verifies(at: 1, after: [], keys) { return true }
    var last = Int64.min
    while true {
      let page = try await links(record.chain, after: last, limit: 5000)
      // A forged number may have no successor; none of ours is where it wraps to.
      if page.contains(where: { record.verifies(at: $0.sequence &+ 1, after: $0.mac, keys) }) { return true }
      guard page.count == 5000, let end = page.last else { return false }
      last = end.sequence
    }
  }

  private func links(_ chain: String, after sequence: Int64, limit: Int64) async throws(StoreError) -> [AuditHead] {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT chain, seq, mac FROM audit WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3", .text(chain),
        .integer(sequence), .integer(limit)
      ).map(AuditHead.init(row:))
    }
  }
}

extension AuditRecord {
  /// Whether the HMAC fits the content at a place of the chain, after a predecessor.
  func verifies(at place: Int64, after previous: [UInt8], _ keys: KeyedHash) -> Bool {
    let record = AuditRecord(
      chain: chain, sequence: place, keyID: keyID, at: at, kind: kind, actor: actor, subject: subject,
      subjectKeyID: subjectKeyID, detail: detail, mac: mac)
    guard let tag = try? keys.tag(record.authenticatedBytes(after: previous), keyID: keyID) else { return false }
    return constantTimeEqual(tag, mac)
  }
}
