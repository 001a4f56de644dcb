import BrokerStore

/// What every statement and transaction relies on.
enum DatabaseCases {
  static let all = [
    StoreCase("a number means the same value wherever it stands", numbersMeanValues),
    StoreCase("values come back as they went in", valuesComeBack),
    StoreCase("what one handle wrote the other reads", writesAreSeen),
    StoreCase("a throw leaves nothing behind", throwsRollBack),
    StoreCase("our own errors pass through unchanged", errorsPassThrough),
    StoreCase("a key that is taken is a conflict", takenKeysConflict),
    StoreCase("a reference to nobody is not found", danglingReferences),
    StoreCase("sixty-four writers on two handles lose nothing", concurrentWriters),
    StoreCase("a read sees one state while others write", readsAreConsistent),
    StoreCase("a reader cannot write", readersCannotWrite),
    StoreCase("a commit of the other handle is noticed, a read is not", changesAreNoticed),
    StoreCase("a broken statement is an error and harms nothing", brokenStatements),
  ]

  @Sendable private static func numbersMeanValues(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a TEXT, b TEXT, c TEXT)")
    try await bench.first.tamper(
      "INSERT INTO t (a, b, c) VALUES ($2, $1, $2)", .text("one"), .text("two"))
    let found = try await bench.first.rows(
      "SELECT 1 FROM t WHERE b = $2 AND a = $1 AND c = $1 AND b <> $1", .text("two"), .text("one"))
    try demand(found == 1, "$2 before $1, or $2 twice, bound other values")
  }

  @Sendable private static func valuesComeBack(_ bench: Bench) async throws {
    let values: [SQLValue] = [
      .integer(.min), .text("Ñandù 'x' \"y\""), .blob([0, 255, 0]), .null, .blob([]), .text(""),
    ]
    try await bench.first.tamper(
      "CREATE TABLE t (a BIGINT, b TEXT, c BYTEA, d TEXT, e BYTEA, f TEXT)")
    try await bench.first.write { connection in
      _ = try connection.execute("INSERT INTO t (a, b, c, d, e, f) VALUES ($1, $2, $3, $4, $5, $6)", values)
    }
    let found = try await bench.second.read { connection in
      try connection.execute(
        """
        SELECT 1 FROM t WHERE a = $1 AND b = $2 AND c = $3 AND d IS NULL AND e = $4 AND e IS NOT NULL AND f = $5
        """, [values[0], values[1], values[2], values[4], values[5]]
      ).count
    }
    try demand(found == 1, "a value came back changed")
  }

  @Sendable private static func writesAreSeen(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT)")
    for number in 1...5 {
      try await bench.first.tamper("INSERT INTO t (a) VALUES ($1)", .integer(Int64(number)))
      let seen = try await bench.second.rows("SELECT a FROM t")
      try demand(seen == number, "the other handle saw \(seen) of \(number) rows")
    }
  }

  @Sendable private static func throwsRollBack(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT)")
    try await demand(.notFound, "the body's error was lost") {
      try await bench.first.write { connection in
        _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
        throw StoreError.notFound
      }
    }
    try demand(try await bench.first.rows("SELECT a FROM t") == 0, "the handle itself kept the row")
    try demand(try await bench.second.rows("SELECT a FROM t") == 0, "the other handle sees the row")
  }

  @Sendable private static func errorsPassThrough(_ bench: Bench) async throws {
    let errors: [StoreError] = [.conflict, .notFound, .corrupt("x"), .newerSchema(found: 2, known: 1)]
    for error in errors {
      try await demand(error, "a write changed it") { try await bench.first.write { _ in throw error } }
      try await demand(error, "a read changed it") { try await bench.first.read { _ in throw error } }
    }
  }

  @Sendable private static func takenKeysConflict(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT UNIQUE)")
    try await bench.first.tamper("INSERT INTO t (a, b) VALUES (1, 'x')")
    try await demand(.conflict, "a primary key twice") {
      try await bench.second.tamper("INSERT INTO t (a, b) VALUES (1, 'y')")
    }
    try await demand(.conflict, "a unique value twice") {
      try await bench.second.tamper("INSERT INTO t (a, b) VALUES (2, 'x')")
    }
  }

  @Sendable private static func danglingReferences(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE parent (a BIGINT PRIMARY KEY)")
    try await bench.first.tamper("CREATE TABLE child (a BIGINT NOT NULL REFERENCES parent (a))")
    for handle in [bench.first, bench.second] {
      try await demand(.notFound, "a row without its parent") {
        try await handle.tamper("INSERT INTO child (a) VALUES (1)")
      }
    }
  }

  @Sendable private static func concurrentWriters(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
    try await bench.first.tamper("INSERT INTO t (a, n) VALUES (0, 0)")
    _ = try await bench.crowd(64, bench.first, bench.second) { handle, caller in
      try await handle.write { connection in
        // Reads before it writes: two that read the same state must not both win.
        _ = try connection.execute("SELECT n FROM t WHERE a = 0", [])
        _ = try connection.execute("UPDATE t SET n = n + 1 WHERE a = 0", [])
        _ = try connection.execute("INSERT INTO t (a, n) VALUES ($1, 0)", [.integer(Int64(caller + 1))])
      }
    }
    try demand(try await bench.second.rows("SELECT 1 FROM t WHERE a = 0 AND n = 64") == 1, "an increment was lost")
    try demand(try await bench.first.rows("SELECT a FROM t") == 65, "a row was lost")
  }

  @Sendable private static func readsAreConsistent(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
    try await bench.first.tamper("INSERT INTO t (a, n) VALUES (1, 0), (2, 0)")
    let torn = try await bench.crowd(64, bench.first, bench.second) { handle, caller in
      guard caller.isMultiple(of: 4) else {
        return try await handle.read { connection in
          let before = try connection.execute("SELECT 1 FROM t x JOIN t y ON x.a = 1 AND y.a = 2 AND x.n = y.n", [])
          let pairs = try connection.execute("SELECT n FROM t GROUP BY n", [])
          return before.count != 1 || pairs.count != 1
        }
      }
      try await handle.write { connection in
        _ = try connection.execute("UPDATE t SET n = n + 1 WHERE a = 1", [])
        _ = try connection.execute("UPDATE t SET n = n + 1 WHERE a = 2", [])
      }
      return false
    }
    try demand(!torn.contains(true), "a read saw half of a transaction")
  }

  @Sendable private static func readersCannotWrite(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT)")
    let wrote = try? await bench.first.read { connection in
      _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
    }
    try demand(wrote == nil, "a read wrote")
    try demand(try await bench.second.rows("SELECT a FROM t") == 0, "a read left a row")
  }

  @Sendable private static func changesAreNoticed(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT)")
    try await settle(bench.second)
    for number in 1...5 {
      _ = try await bench.first.rows("SELECT a FROM t")
      try demand(!(try await bench.second.hasChanged()), "a read was taken for a change")
      try await bench.first.tamper("INSERT INTO t (a) VALUES ($1)", .integer(Int64(number)))
      try demand(try await bench.second.hasChanged(), "commit \(number) of the other handle was not noticed")
    }
    try demand(!(try await bench.second.hasChanged()), "the same change was noticed twice")
  }

  /// The first answers may be true once too often.
  private static func settle(_ handle: any SQLDatabase) async throws {
    for _ in 0..<100 where try await !handle.hasChanged() { return }
    throw BrokenPromise(sentence: "a quiet database keeps changing")
  }

  @Sendable private static func brokenStatements(_ bench: Bench) async throws {
    try await bench.first.tamper("CREATE TABLE t (a BIGINT)")
    let wrote = try? await bench.first.tamper("INSERT INTO nowhere (a) VALUES (1)")
    try demand(wrote == nil, "a statement about no table succeeded")
    try await bench.first.tamper("INSERT INTO t (a) VALUES (1)")
    try demand(try await bench.second.rows("SELECT a FROM t") == 1, "the handle does not work any more")
  }
}
