import AccessModel

/// A citizen with the contacts, as compared and written together.
struct StoredCitizen: Sendable, Equatable {
  var citizen: Citizen
  var contacts: Set<Contact>
}

/// What writing a citizen has changed.
struct CitizenChange {
  var touched = false
  /// Cached decisions rest on profiles and state.
  var mattersToDecisions = false
}

extension Citizen {
  static let columns = "id, fiscal_code, given_name, family_name, profiles, state"

  init(row: SQLRow) throws {
    guard let fiscalCode = try? FiscalCode(row.text(1)) else { throw StoreError.corrupt("a citizen's fiscal code") }
    guard let state = State(rawValue: try row.text(5)) else { throw StoreError.corrupt("a citizen's state") }
    self.init(
      id: CitizenID(try row.text(0)), fiscalCode: fiscalCode, givenName: try row.text(2), familyName: try row.text(3),
      profiles: Set(try row.text(4).split(separator: " ").compactMap { ProfileID(String($0)) }), state: state)
  }

  /// The profiles as the column holds them: sorted, so that equal sets are equal texts.
  var profileText: String { profiles.map(\.description).sorted().joined(separator: " ") }
}

extension CitizenStore {
  static func find(_ id: CitizenID, _ connection: any SQLConnection) throws -> Citizen? {
    try connection.execute("SELECT \(Citizen.columns) FROM citizens WHERE id = $1", .text(id.description))
      .first.map(Citizen.init(row:))
  }

  static func contacts(of id: CitizenID, _ connection: any SQLConnection) throws -> Set<Contact> {
    Set(
      try connection.execute("SELECT kind, value FROM contacts WHERE citizen_id = $1", .text(id.description))
        .map { try contact($0, from: 0) })
  }

  static func contact(_ row: SQLRow, from column: Int) throws -> Contact {
    guard let kind = Contact.Kind(rawValue: try row.text(column)) else { throw StoreError.corrupt("a contact's kind") }
    return Contact(kind, try row.text(column + 1))
  }

  /// - Throws: ``StoreError/conflict`` if the fiscal code or the id is taken.
  static func insert(_ citizen: Citizen, _ contacts: Set<Contact>, at now: Instant, _ act: Act) throws {
    let added = try act.execute(
      """
      INSERT INTO citizens (id, fiscal_code, given_name, family_name, profiles, state, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING RETURNING id
      """,
      .text(citizen.id.description), .text(citizen.fiscalCode.rawValue), .text(citizen.givenName),
      .text(citizen.familyName), .text(citizen.profileText), .text(citizen.state.rawValue), .instant(now))
    guard !added.isEmpty else { throw StoreError.conflict }
    try insert(contacts, of: citizen.id, at: now, act)
  }

  private static func insert(_ contacts: Set<Contact>, of id: CitizenID, at now: Instant, _ act: Act) throws {
    for contact in contacts {
      try act.execute(
        "INSERT INTO contacts (citizen_id, kind, value, created_at) VALUES ($1, $2, $3, $4)", .text(id.description),
        .text(contact.kind.rawValue), .text(contact.value), .instant(now))
    }
  }

  /// Writes the difference between two states of one citizen, and nothing where there is none.
  ///
  /// Ends what the citizen has open if the new state asks for it; the epoch is the caller's, once per act.
  static func replace(
    _ old: StoredCitizen, with new: StoredCitizen, at now: Instant, _ act: Act
  ) throws -> CitizenChange {
    guard old != new else { return CitizenChange() }
    let citizen = new.citizen
    try act.execute(
      """
      UPDATE citizens SET given_name = $2, family_name = $3, profiles = $4, state = $5, updated_at = $6 WHERE id = $1
      """,
      .text(citizen.id.description), .text(citizen.givenName), .text(citizen.familyName),
      .text(citizen.profileText), .text(citizen.state.rawValue), .instant(now))
    for gone in old.contacts.subtracting(new.contacts) {
      try act.execute(
        "DELETE FROM contacts WHERE citizen_id = $1 AND kind = $2 AND value = $3", .text(citizen.id.description),
        .text(gone.kind.rawValue), .text(gone.value))
    }
    try insert(new.contacts.subtracting(old.contacts), of: citizen.id, at: now, act)
    let otherState = citizen.state != old.citizen.state
    if otherState, citizen.state != .active {
      try act.endEverything(of: citizen.id, reason: citizen.state.rawValue, at: now)
    }
    return CitizenChange(touched: true, mattersToDecisions: otherState || citizen.profiles != old.citizen.profiles)
  }
}
