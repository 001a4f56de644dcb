import BrokerStore

/// How a schema comes into being, once.
enum MigrationCases {
  static let all = [
    StoreCase("migrating twice changes nothing", twice),
    StoreCase("of two that migrate together, one does it", together),
    StoreCase("a newer schema is refused and left as it is", newer),
  ]

  @Sendable private static func twice(_ bench: Bench) async throws {
    let first = try await Schema.migrate(bench.first)
    try demand(first == (0, Schema.version), "the first went from \(first.from) to \(first.to)")
    let second = try await Schema.migrate(bench.second)
    try demand(second == (Schema.version, Schema.version), "the second went from \(second.from) to \(second.to)")
    let names = try await bench.first.rows("SELECT version FROM schema_migrations")
    try demand(names == Schema.migrations.count, "\(names) migrations are noted")
  }

  @Sendable private static func together(_ bench: Bench) async throws {
    let outcomes = try await bench.crowd(8, bench.first, bench.second) { handle, _ in
      try await Schema.migrate(handle).from
    }
    try demand(outcomes.count { $0 == 0 } == 1, "\(outcomes.count { $0 == 0 }) of them did it")
    try demand(try await Schema.installed(in: bench.second) == Schema.version, "the version is not the last")
  }

  @Sendable private static func newer(_ bench: Bench) async throws {
    try await Schema.migrate(bench.first)
    let future = Schema.version + 1
    try await bench.first.tamper(
      "INSERT INTO schema_migrations (version, name) VALUES ($1, 'from the future')", .integer(Int64(future)))
    try await demand(.newerSchema(found: future, known: Schema.version), "a newer schema") {
      try await Schema.migrate(bench.second)
    }
    let noted = try await bench.first.rows("SELECT version FROM schema_migrations")
    try demand(noted == Schema.migrations.count + 1, "the list of migrations was changed")
  }
}
