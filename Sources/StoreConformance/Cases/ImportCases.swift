import AccessModel
import BrokerStore

/// Batches of a registry.
enum ImportCases {
  static let all = [
    StoreCase("importing twice changes nothing", twice),
    StoreCase("two that import one batch together add it once", together),
    StoreCase("an import changes what differs and nothing else", changes),
    StoreCase("what a source does not tell stays as it is", silence),
    StoreCase("of two rows about one citizen in a batch the later counts", laterCounts),
    StoreCase("a batch goes in whole or not at all", wholeOrNot),
    StoreCase("an import that suspends somebody revokes and says whom", suspends),
  ]

  private static func row(
    _ index: Int, name: String = "Nome", profiles: [String]? = ["pensioner"], state: Citizen.State? = nil,
    mail: String? = "a@example.org", kinds: Set<Contact.Kind> = [.email, .mobile]
  ) throws -> ImportedCitizen {
    ImportedCitizen(
      newID: CitizenID("new-\(index)"), fiscalCode: try FiscalCode(CitizenCases.codes[index]), givenName: name,
      familyName: "Cognome", profiles: profiles.map { Set($0.compactMap(ProfileID.init)) }, state: state,
      contacts: mail.map { [Contact(.email, $0)] } ?? [], contactKinds: kinds)
  }

  private static func take(_ rows: [ImportedCitizen], _ ledger: Ledger, _ bench: Bench) async throws -> ImportCounts {
    bench.clock.advance(by: .seconds(1))
    return try await CitizenStore(ledger).importBatch(rows, audit: bench.entry(.citizensImported))
  }

  @Sendable private static func twice(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let rows = try (0..<4).map { try row($0) }
    let added = try await take(rows, first, bench)
    try demand(added == ImportCounts(added: 4), "the first time: \(added)")
    let records = try await bench.first.rows("SELECT seq FROM audit")
    let again = try await take(rows, second, bench)
    try demand(again == ImportCounts(unchanged: 4), "the second time: \(again)")
    let touched = try await bench.first.rows("SELECT id FROM citizens WHERE updated_at <> created_at")
    try demand(touched == 0, "\(touched) rows were written again")
    try demand(try await bench.first.rows("SELECT seq FROM audit") == records, "a batch of nothing left a record")
  }

  @Sendable private static func together(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let counts = try await bench.crowd(8, first, second) { ledger, _ in
      try await CitizenStore(ledger).importBatch(
        try (0..<4).map { try row($0) }, audit: bench.entry(.citizensImported))
    }
    try demand(counts.reduce(ImportCounts(), +) == ImportCounts(added: 4, unchanged: 28), "the counts are \(counts)")
    try demand(try await CitizenStore(first).count() == 4, "citizens were doubled")
  }

  @Sendable private static func changes(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await take(try (0..<4).map { try row($0) }, first, bench)
    let rows = [
      try row(0), try row(1, name: "Altro"), try row(2, profiles: ["worker-public"]),
      try row(3, mail: "z@example.org"),
    ]
    let counts = try await take(rows, second, bench)
    try demand(counts == ImportCounts(changed: 3, unchanged: 1), "the counts are \(counts)")
    let store = CitizenStore(first)
    try demand(try await store.citizen(CitizenID("new-1"))?.givenName == "Altro", "the name stayed")
    let profiles = try await store.citizen(CitizenID("new-2"))?.profiles.map(\.description)
    try demand(profiles == ["worker-public"], "the profiles stayed")
    let contacts = try await store.contacts(of: CitizenID("new-3"))
    try demand(contacts == [Contact(.email, "z@example.org")], "the contacts are not the new ones")
  }

  @Sendable private static func silence(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let citizen = try await CitizenCases.add(first, bench)
    try await CitizenStore(first).setState(.suspended, of: citizen.id, audit: bench.entry())
    _ = try await take([try row(0, profiles: nil, mail: nil, kinds: [.email])], second, bench)
    let found = try await CitizenStore(first).citizen(citizen.id)
    try demand(found?.state == .suspended, "an import that says nothing of states reinstated somebody")
    try demand(found?.profiles == citizen.profiles, "an import that says nothing of profiles took them away")
    let contacts = try await CitizenStore(first).contacts(of: citizen.id)
    try demand(contacts == [Contact(.mobile, "+39 000 1")], "other contacts than the e-mail addresses changed")
  }

  @Sendable private static func laterCounts(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let counts = try await take([try row(0), try row(0, name: "Dopo", mail: nil)], first, bench)
    try demand(counts == ImportCounts(added: 1, changed: 1), "the counts are \(counts)")
    try demand(
      try await CitizenStore(second).citizen(CitizenID("new-0"))?.givenName == "Dopo", "the earlier one counts")
    try demand(try await CitizenStore(second).contacts(of: CitizenID("new-0")).isEmpty, "the earlier contacts stayed")
  }

  @Sendable private static func wholeOrNot(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    let good = try row(0)
    // Another person with an id that is taken.
    let bad = ImportedCitizen(
      newID: good.newID, fiscalCode: try FiscalCode(CitizenCases.codes[1]), givenName: "Nome", familyName: "Cognome")
    try await demand(.conflict, "an id twice") { _ = try await take([good, bad], first, bench) }
    try demand(try await CitizenStore(second).count() == 0, "half of the batch went in")
  }

  @Sendable private static func suspends(_ bench: Bench) async throws {
    let (first, second) = try await bench.ledgers()
    _ = try await take([try row(0), try row(1)], first, bench)
    try await second.refreshEpoch()
    let before = second.epoch.current
    _ = try await take([try row(0, state: .deceased), try row(1)], first, bench)
    try await second.refreshEpoch()
    try demand(second.epoch.current > before, "cached decisions stay")
    let name = first.audit.currentKeys.pseudonym(of: try FiscalCode(CitizenCases.codes[0]))
    let records = try await bench.first.rows(
      "SELECT seq FROM audit WHERE kind = 'citizen-changed' AND subject = $1", .text(name))
    try demand(records == 1, "\(records) records say whom")
  }
}
