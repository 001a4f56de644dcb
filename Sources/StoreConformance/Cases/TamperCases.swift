import AccessModel
import BrokerStore

/// What somebody with a database shell may do to the log, and how it shows (safety sentence 5).
enum TamperCases {
  static let all = [
    tampering("a changed detail is named", "UPDATE audit SET detail = '{}' WHERE seq = 5", .changed, at: 5),
    tampering("a changed time is named", "UPDATE audit SET at = at + 1 WHERE seq = 5", .changed, at: 5),
    tampering("a changed actor is named", "UPDATE audit SET actor = 'staff:eva' WHERE seq = 5", .changed, at: 5),
    tampering("a changed subject is named", "UPDATE audit SET subject = 'x' WHERE seq = 5", .changed, at: 5),
    tampering("a changed kind is named", "UPDATE audit SET kind = 'denial' WHERE seq = 5", .changed, at: 5),
    tampering(
      "a changed HMAC is named", "UPDATE audit SET mac = $1 WHERE seq = 5", .changed, at: 5, values: [.blob([1])]),
    tampering("of two changes the first is named", "UPDATE audit SET actor = 'x' WHERE seq IN (4, 7)", .changed, at: 4),
    tampering("an unknown key is named", "UPDATE audit SET key_id = 'k' WHERE seq = 5", .unknownKey("k"), at: 5),
    tampering("a removed record is named", "DELETE FROM audit WHERE seq = 5", .removed, at: 5),
    tampering("a removed first record is named", "DELETE FROM audit WHERE seq = 1", .removed, at: 1),
    tampering("a removed last record is named", "DELETE FROM audit WHERE seq = 12", .cutOff, at: 12),
    tampering("a cut-off end is named", "DELETE FROM audit WHERE seq > 8", .cutOff, at: 9),
    tampering("a head set back is named", "UPDATE audit_heads SET seq = 8", .headDiffers, at: 12),
    tampering("a removed head is named", "DELETE FROM audit_heads", .headDiffers, at: 12),
    tampering(
      "a record with a number of its own is named", "UPDATE audit SET seq = -1 WHERE seq = 12", .foreign, at: -1),
    StoreCase("two records that changed places are named", swapped),
    StoreCase("two records far apart that changed places are named", swappedFarApart),
    StoreCase("a copied record is named", copied),
    StoreCase("an end cut off together with its head is named by a checkpoint", cutWithHead),
    StoreCase("a whole chain that is gone is named by a checkpoint", chainGone),
    StoreCase("a checkpoint of another installation is named", falseCheckpoint),
  ]

  /// A case that fills one chain with twelve records, tampers, and expects a certain break.
  private static func tampering(
    _ name: String, _ sql: String, _ what: AuditBreak.What, at sequence: Int64, values: [SQLValue] = []
  ) -> StoreCase {
    StoreCase(name) { bench in
      let (_, second) = try await filled(bench)
      try await bench.first.write { connection in _ = try connection.execute(sql, values) }
      try await demandBreak(second, what, at: sequence)
    }
  }

  private static func filled(_ bench: Bench, records: Int = 12) async throws -> (Ledger, Ledger) {
    let (first, second) = try await bench.ledgers(chains: ("main", "main"))
    let present = try await bench.first.rows("SELECT seq FROM audit")
    for number in present..<records {
      bench.clock.advance(by: .seconds(1))
      try await AuditStore(first).record(bench.entry(.login, ["n": "\(number)"]))
    }
    return (first, second)
  }

  private static func demandBreak(
    _ ledger: Ledger, _ what: AuditBreak.What, at sequence: Int64, _ checkpoints: [AuditCheckpoint] = []
  ) async throws {
    let verdict = try await AuditStore(ledger).verify(checkpoints: checkpoints)
    let expected = AuditVerdict.broken(AuditBreak(chain: "main", sequence: sequence, what: what))
    try demand(verdict == expected, "the verdict is \(verdict) instead of \(expected)")
  }

  private static func swap(_ left: Int64, _ right: Int64, in database: any SQLDatabase) async throws {
    try await database.tamper("UPDATE audit SET seq = 1000000 WHERE seq = $1", .integer(left))
    try await database.tamper("UPDATE audit SET seq = $1 WHERE seq = $2", .integer(left), .integer(right))
    try await database.tamper("UPDATE audit SET seq = $1 WHERE seq = 1000000", .integer(right))
  }

  @Sendable private static func swapped(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench)
    try await swap(5, 6, in: bench.first)
    try await demandBreak(second, .reordered, at: 5)
  }

  @Sendable private static func swappedFarApart(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench, records: 120)
    try await swap(10, 110, in: bench.first)
    try await demandBreak(second, .reordered, at: 10)
  }

  @Sendable private static func copied(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench)
    try await bench.first.tamper("DELETE FROM audit WHERE seq = 6")
    try await bench.first.tamper(
      """
      INSERT INTO audit (chain, seq, key_id, at, kind, actor, subject, subject_key_id, detail, mac)
      SELECT chain, 6, key_id, at, kind, actor, subject, subject_key_id, detail, mac FROM audit WHERE seq = 3
      """)
    try await demandBreak(second, .reordered, at: 6)
  }

  @Sendable private static func cutWithHead(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench)
    let checkpoints = try await AuditStore(second).checkpoints(at: bench.clock.now)
    try await bench.first.tamper("DELETE FROM audit WHERE seq > 8")
    try await bench.first.tamper(
      "UPDATE audit_heads SET seq = 8, mac = (SELECT mac FROM audit WHERE audit.seq = 8 AND audit.chain = 'main')")
    try await demandBreak(second, .cutOff, at: 9, checkpoints)
  }

  @Sendable private static func chainGone(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench)
    let checkpoints = try await AuditStore(second).checkpoints(at: bench.clock.now)
    try await bench.first.tamper("DELETE FROM audit")
    try await bench.first.tamper("DELETE FROM audit_heads")
    try await demandBreak(second, .cutOff, at: 1, checkpoints)
  }

  @Sendable private static func falseCheckpoint(_ bench: Bench) async throws {
    let (_, second) = try await filled(bench)
    let head = try await AuditStore(second).heads()[0]
    let line = try await AuditStore(second).checkpoints(at: bench.clock.now)[0].line
    let forged = line.replacing("\"seq\":\(head.sequence)", with: "\"seq\":\(head.sequence - 1)")
    guard let checkpoint = AuditCheckpoint(parsing: forged) else {
      throw BrokenPromise(sentence: "the forged line cannot be read")
    }
    try await demandBreak(second, .falseCheckpoint, at: head.sequence - 1, [checkpoint])
  }
}
