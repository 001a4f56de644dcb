import AccessModel

/// Taking in a registry: a batch is one transaction, and a row that changes nothing writes nothing.
extension CitizenStore {
  /// Adds and changes citizens.
  ///
  /// What is written is recorded with its counts, a change of somebody's state with a record of its own. A batch that
  /// changes nothing leaves no trace.
  /// - Parameters:
  ///   - rows: some 1,000 at most, because the write lock is held meanwhile; of two rows about one citizen the later
  ///     counts.
  ///   - audit: gets the counts as details.
  public func importBatch(_ rows: [ImportedCitizen], audit: AuditEntry) async throws(StoreError) -> ImportCounts {
    try await ledger.act { act in
      var known = try CitizenStore.stored(rows.map(\.fiscalCode), act.connection)
      var counts = ImportCounts()
      var mattersToDecisions = false
      for row in rows {
        let present = known[row.fiscalCode]
        let wanted = row.merged(into: present)
        known[row.fiscalCode] = wanted
        let change = try CitizenStore.take(wanted, over: present, audit, act)
        mattersToDecisions = mattersToDecisions || change.mattersToDecisions
        counts = counts + CitizenStore.count(present, change)
      }
      if mattersToDecisions { try act.revoke() }
      if counts.added + counts.changed > 0 {
        try act.record(audit.adding(counts.detail))
      }
      return counts
    }
  }

  private static func take(
    _ wanted: StoredCitizen, over present: StoredCitizen?, _ audit: AuditEntry, _ act: Act
  ) throws -> CitizenChange {
    guard let present else {
      try insert(wanted.citizen, wanted.contacts, at: audit.at, act)
      return CitizenChange(touched: true)
    }
    let state = wanted.citizen.state
    if state != present.citizen.state {
      let record = AuditEntry(
        .citizenChanged, by: audit.actor, about: wanted.citizen.fiscalCode,
        ["state": state.rawValue, "reason": "import"], at: audit.at)
      try act.record(record)
    }
    return try replace(present, with: wanted, at: audit.at, act)
  }

  private static func count(_ present: StoredCitizen?, _ change: CitizenChange) -> ImportCounts {
    guard present != nil else { return ImportCounts(added: 1) }
    return change.touched ? ImportCounts(changed: 1) : ImportCounts(unchanged: 1)
  }

  /// What the registry has of some people, with few statements of always the same text.
  private static func stored(
    _ codes: [FiscalCode], _ connection: any SQLConnection
  ) throws -> [FiscalCode: StoredCitizen] {
    var found: [FiscalCode: StoredCitizen] = [:]
    for values in CitizenStore.groups(codes.map(\.rawValue)) {
      let rows = try connection.execute(
        "SELECT \(Citizen.columns) FROM citizens WHERE fiscal_code IN (\(placeholders))", values)
      let citizens = try rows.map(Citizen.init(row:))
      let contacts = try contacts(of: citizens.map(\.id), connection)
      for citizen in citizens {
        found[citizen.fiscalCode] = StoredCitizen(citizen: citizen, contacts: contacts[citizen.id] ?? [])
      }
    }
    return found
  }

  private static func contacts(
    of ids: [CitizenID], _ connection: any SQLConnection
  ) throws -> [CitizenID: Set<Contact>] {
    var found: [CitizenID: Set<Contact>] = [:]
    for values in groups(ids.map(\.description)) {
      let rows = try connection.execute(
        "SELECT citizen_id, kind, value FROM contacts WHERE citizen_id IN (\(placeholders))", values)
      for row in rows { found[CitizenID(try row.text(0)), default: []].insert(try contact(row, from: 1)) }
    }
    return found
  }

  private static let groupSize = 100
  private static let placeholders = (1...groupSize).map { "$\($0)" }.joined(separator: ", ")

  /// Values in groups of one size, the last one filled up by repetition, so that one prepared statement serves all.
  private static func groups(_ texts: [String]) -> [[SQLValue]] {
    stride(from: 0, to: texts.count, by: groupSize).map { start in
      let group = texts[start..<min(start + groupSize, texts.count)]
      return (0..<groupSize).map { .text(texts[start + min($0, group.count - 1)]) }
    }
  }
}

extension AuditEntry {
  /// The same entry with more details.
  func adding(_ more: [String: String]) -> AuditEntry {
    AuditEntry(kind, by: actor, about: subject, detail.merging(more) { $1 }, at: at)
  }
}
