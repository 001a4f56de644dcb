public import AccessModel

/// What a source says of one citizen. Where it says nothing, what the registry has stays.
public struct ImportedCitizen: Sendable, Equatable {
  /// The id that the citizen gets if new; random.
  public let newID: CitizenID
  public let fiscalCode: FiscalCode
  public let givenName: String
  public let familyName: String
  /// Nil where the source does not tell: a present citizen keeps the profiles, a new one has none.
  public let profiles: Set<ProfileID>?
  /// Nil where the source does not tell: a suspended citizen stays suspended, a new one is active.
  public let state: Citizen.State?
  public let contacts: Set<Contact>
  /// The kinds of contact that the source tells of; contacts of other kinds stay.
  public let contactKinds: Set<Contact.Kind>

  public init(
    newID: CitizenID, fiscalCode: FiscalCode, givenName: String, familyName: String, profiles: Set<ProfileID>? = nil,
    state: Citizen.State? = nil, contacts: Set<Contact> = [], contactKinds: Set<Contact.Kind> = []
  ) {
    self.newID = newID
    self.fiscalCode = fiscalCode
    self.givenName = givenName
    self.familyName = familyName
    self.profiles = profiles
    self.state = state
    self.contacts = contacts
    self.contactKinds = contactKinds.union(contacts.map(\.kind))
  }

  /// What the registry has to hold afterwards.
  func merged(into present: StoredCitizen?) -> StoredCitizen {
    let kept = present?.contacts.filter { !contactKinds.contains($0.kind) } ?? []
    return StoredCitizen(
      citizen: Citizen(
        id: present?.citizen.id ?? newID, fiscalCode: fiscalCode, givenName: givenName, familyName: familyName,
        profiles: profiles ?? present?.citizen.profiles ?? [], state: state ?? present?.citizen.state ?? .active),
      contacts: contacts.union(kept))
  }
}

/// What an import did.
public struct ImportCounts: Sendable, Equatable {
  public var added: Int
  public var changed: Int
  /// Rows that said what was known already; nothing was written for them.
  public var unchanged: Int

  public init(added: Int = 0, changed: Int = 0, unchanged: Int = 0) {
    self.added = added
    self.changed = changed
    self.unchanged = unchanged
  }

  public var total: Int { added + changed + unchanged }

  public static func + (left: ImportCounts, right: ImportCounts) -> ImportCounts {
    ImportCounts(
      added: left.added + right.added, changed: left.changed + right.changed,
      unchanged: left.unchanged + right.unchanged)
  }

  /// The counts as an audit record holds them.
  public var detail: [String: String] {
    ["added": String(added), "changed": String(changed), "unchanged": String(unchanged)]
  }
}
