public import AccessModel

/// The registry of citizens, with their contacts and the links of authenticators to them.
///
/// A change of profiles or state makes cached decisions be judged again, because they rest on both (rule R5).
public struct CitizenStore: Sendable {
  let ledger: Ledger
  public init(_ ledger: Ledger) { self.ledger = ledger }

  /// The citizen with a fiscal code as written; an omocodic code is a person of its own.
  public func citizen(with code: FiscalCode) async throws(StoreError) -> Citizen? {
    try await ledger.read { connection in
      try connection.execute(
        "SELECT \(Citizen.columns) FROM citizens WHERE fiscal_code = $1", .text(code.rawValue)
      ).first.map(Citizen.init(row:))
    }
  }

  public func citizen(_ id: CitizenID) async throws(StoreError) -> Citizen? {
    try await ledger.read { connection in try CitizenStore.find(id, connection) }
  }

  /// Where the citizen can be reached; empty for nobody we know.
  public func contacts(of id: CitizenID) async throws(StoreError) -> Set<Contact> {
    try await ledger.read { connection in try CitizenStore.contacts(of: id, connection) }
  }

  /// How many citizens the registry has, those who may not log in included.
  public func count() async throws(StoreError) -> Int {
    try await ledger.read { connection in
      try connection.execute("SELECT COUNT(*) FROM citizens").first.map { Int(try $0.integer(0)) } ?? 0
    }
  }

  /// Adds somebody new.
  /// - Parameter audit: also says when it happened.
  /// - Throws: ``StoreError/conflict`` if the fiscal code or the id is there already.
  public func add(_ citizen: Citizen, contacts: Set<Contact> = [], audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      try CitizenStore.insert(citizen, contacts, at: audit.at, act)
      try act.record(audit)
    }
  }

  /// Replaces what is known of a citizen: names, profiles, state and all contacts.
  ///
  /// A state other than active ends everything that the citizen has open.
  /// - Throws: ``StoreError/notFound``, or ``StoreError/conflict`` if the fiscal code is another: that would be another
  ///   person.
  public func update(_ citizen: Citizen, contacts: Set<Contact>, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      guard let old = try CitizenStore.find(citizen.id, act.connection) else { throw StoreError.notFound }
      guard old.fiscalCode == citizen.fiscalCode else { throw StoreError.conflict }
      let present = StoredCitizen(citizen: old, contacts: try CitizenStore.contacts(of: old.id, act.connection))
      let change = try CitizenStore.replace(
        present, with: StoredCitizen(citizen: citizen, contacts: contacts), at: audit.at, act)
      if change.mattersToDecisions { try act.revoke() }
      try act.record(audit)
    }
  }

  /// Suspends, reinstates or marks as deceased; all but `.active` end everything that the citizen has open.
  /// - Throws: ``StoreError/notFound``.
  public func setState(_ state: Citizen.State, of id: CitizenID, audit: AuditEntry) async throws(StoreError) {
    try await ledger.act { act in
      let found = try act.execute(
        "UPDATE citizens SET state = $2, updated_at = $3 WHERE id = $1 RETURNING id", .text(id.description),
        .text(state.rawValue), .instant(audit.at))
      guard !found.isEmpty else { throw StoreError.notFound }
      if state != .active { try act.endEverything(of: id, reason: state.rawValue, at: audit.at) }
      try act.revoke()
      try act.record(audit)
    }
  }
}
