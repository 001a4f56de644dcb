import AccessModel
import BrokerStore

/// The registry.
enum CitizenCases {
  static let all = [
    StoreCase("a citizen comes back as added", comesBack),
    StoreCase("an unknown citizen is nobody", unknown),
    StoreCase("an omocodic code is somebody else", omocodic),
    StoreCase("of sixty-four that add one fiscal code, one wins", addedOnce),
    StoreCase("an update replaces names, profiles and contacts", update),
    StoreCase("an update cannot make another person of a citizen", noOtherPerson),
    StoreCase("a change of profiles revokes, a change of name does not", profilesRevoke),
    StoreCase("a state is changed for citizens that exist", states),
  ]

  static let codes = ["RSSMRA85T10H501O", "BNCNNA62A71F205V", "FOXIOX26C24L219D", "RSSMRA85T10H50MG"]

  static func citizen(_ index: Int = 0, id: String? = nil, profiles: [String] = ["pensioner"]) throws -> Citizen {
    Citizen(
      id: CitizenID(id ?? "citizen-\(index)"), fiscalCode: try FiscalCode(codes[index]), givenName: "Nome",
      familyName: "D'Ìtalo", profiles: Set(profiles.compactMap(ProfileID.init)))
  }

  static let contacts: Set<Contact> = [
    Contact(.mobile, "+39 000 1"), Contact(.email, "a@example.org"), Contact(.email, "b@example.org"),
  ]

  @discardableResult
  static func add(_ ledger: Ledger, _ bench: Bench, _ index: Int = 0) async throws -> Citizen {
    let citizen = try citizen(index)
    try await CitizenStore(ledger).add(citizen, contacts: contacts, audit: bench.entry())
    return citizen
  }

  @Sendable private static func comesBack(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try citizen(profiles: ["worker-public", "pensioner", "intermediary"])
    try await CitizenStore(first).add(citizen, contacts: contacts, audit: bench.entry())
    let store = CitizenStore(second)
    try demand(try await store.citizen(with: citizen.fiscalCode) == citizen, "not found as added by fiscal code")
    try demand(try await store.citizen(citizen.id) == citizen, "not found as added by id")
    try demand(try await store.contacts(of: citizen.id) == contacts, "the contacts differ")
    try demand(try await store.count() == 1, "the count is not one")
    let sorted = try await bench.second.rows(
      "SELECT 1 FROM citizens WHERE profiles = 'intermediary pensioner worker-public'")
    try demand(sorted == 1, "the profiles are not kept in order")
  }

  @Sendable private static func unknown(_ bench: Bench) async throws {
    let (first, _) = try await bench.ledgers()
    let nobody = try citizen()
    let store = CitizenStore(first)
    try demand(try await store.citizen(with: nobody.fiscalCode) == nil, "somebody has an unknown code")
    try demand(try await store.citizen(nobody.id) == nil, "somebody has an unknown id")
    try demand(try await store.contacts(of: nobody.id).isEmpty, "nobody has contacts")
    try await demand(.notFound, "an update of nobody") {
      try await store.update(nobody, contacts: [], audit: bench.entry())
    }
  }

  @Sendable private static func omocodic(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    try await add(first, bench, 0)
    try await add(first, bench, 3)
    let found = try await CitizenStore(second).citizen(with: try FiscalCode(codes[3]))
    try demand(found?.id == CitizenID("citizen-3"), "the omocodic code was taken for its base form")
  }

  @Sendable private static func addedOnce(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let wins = try await bench.crowd(64, first, second) { ledger, caller in
      do {
        try await CitizenStore(ledger).add(try citizen(id: "id-\(caller)"), contacts: contacts, audit: bench.entry())
        return true
      } catch StoreError.conflict {
        return false
      }
    }
    try demand(wins.count { $0 } == 1, "\(wins.count { $0 }) won")
    try demand(try await CitizenStore(second).count() == 1, "there are several")
    try demand(try await bench.first.rows("SELECT value FROM contacts") == 3, "a loser left contacts")
  }

  @Sendable private static func update(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let old = try await add(first, bench)
    let new = Citizen(
      id: old.id, fiscalCode: old.fiscalCode, givenName: "Altro", familyName: "Nome", profiles: [], state: .suspended)
    let contacts: Set<Contact> = [Contact(.email, "b@example.org"), Contact(.fax, "000 1")]
    try await CitizenStore(first).update(new, contacts: contacts, audit: bench.entry())
    try demand(try await CitizenStore(second).citizen(old.id) == new, "the citizen is not as updated")
    try demand(try await CitizenStore(second).contacts(of: old.id) == contacts, "the contacts are not as updated")
  }

  @Sendable private static func noOtherPerson(_ bench: Bench) async throws {
    let (first, _) = try await bench.ledgers()
    let old = try await add(first, bench)
    let other = try citizen(1, id: old.id.description)
    try await demand(.conflict, "another fiscal code for the same id") {
      try await CitizenStore(first).update(other, contacts: [], audit: bench.entry())
    }
    try demand(try await CitizenStore(first).contacts(of: old.id) == contacts, "the contacts went")
  }

  @Sendable private static func profilesRevoke(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let old = try await add(first, bench)
    for (profiles, name, revokes) in [(["pensioner"], "Altro", false), ([], "Altro", true)] {
      try await second.refreshEpoch()
      let before = second.epoch.current
      let new = Citizen(
        id: old.id, fiscalCode: old.fiscalCode, givenName: name, familyName: "Nome",
        profiles: Set(profiles.compactMap(ProfileID.init)))
      try await CitizenStore(first).update(new, contacts: contacts, audit: bench.entry())
      try await second.refreshEpoch()
      try demand((second.epoch.current > before) == revokes, "a revocation too many or too few for \(profiles)")
    }
  }

  @Sendable private static func states(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await add(first, bench)
    for state in [Citizen.State.suspended, .active, .deceased] {
      try await CitizenStore(first).setState(state, of: citizen.id, audit: bench.entry())
      let found = try await CitizenStore(second).citizen(citizen.id)?.state
      try demand(found == state, "the state is \(found?.rawValue ?? "none") instead of \(state.rawValue)")
    }
    try await demand(.notFound, "a state for nobody") {
      try await CitizenStore(first).setState(.active, of: CitizenID("nobody"), audit: bench.entry())
    }
  }
}
