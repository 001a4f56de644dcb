import AccessModel
import AuthenticatorKit
import BrokerStore
import Sealing
import Synchronization

/// Two handles on one database, with a clock and dice of the suite's own.
final class Bench: Sendable {
  let first: any SQLDatabase
  let second: any SQLDatabase
  let clock = ManualClock()
  private let dice = Dice()

  init(first: any SQLDatabase, second: any SQLDatabase) {
    self.first = first
    self.second = second
  }

  var world: World {
    let clock = clock
    let dice = dice
    return World(now: { clock.now }, random: { dice.bytes($0) })
  }

  /// Two ledgers on the migrated database, each with its own handle and its own audit chain.
  func ledgers(chains: (String, String) = ("first", "second")) async throws -> (Ledger, Ledger) {
    try await Schema.migrate(first)
    return (try await ledger(first, chain: chains.0), try await ledger(second, chain: chains.1))
  }

  func ledger(_ database: any SQLDatabase, chain: String) async throws -> Ledger {
    try await Ledger.open(database, chain: chain, keyEncryptionKeys: Bench.keyEncryptionKeys(), world: world)
  }

  static func keyEncryptionKeys() throws -> KeyRing {
    try KeyRing([(id: "kek-1", key: Secret([UInt8](repeating: 7, count: 32)))])
  }

  /// A 32-byte value that stands for the hash of a secret.
  func hash() -> [UInt8] { dice.bytes(32) }

  func entry(_ kind: AuditKind = .citizenChanged, _ detail: [String: String] = [:]) -> AuditEntry {
    AuditEntry(kind, by: .system, detail, at: clock.now)
  }

  /// Runs one act from many callers at once, alternating between two things such as two ledgers.
  /// - Returns: what each caller got.
  func crowd<Side: Sendable, Value: Sendable>(
    _ callers: Int = 64, _ first: Side, _ second: Side, _ act: @escaping @Sendable (Side, Int) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
      for caller in 0..<callers {
        group.addTask { try await act(caller.isMultiple(of: 2) ? first : second, caller) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}

/// A clock that moves only when told.
final class ManualClock: Sendable {
  private let time = Mutex(Instant(seconds: 1_800_000_000))
  var now: Instant { time.withLock { $0 } }
  func advance(by span: TimeSpan) { time.withLock { $0 = $0 + span } }
}

/// Bytes that differ from call to call and are the same in every run.
private final class Dice: Sendable {
  private let state = Mutex<UInt64>(0x5EED)

  func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
    }
  }
}

extension SQLDatabase {
  /// Runs one statement past every store, as somebody with a database shell would.
  func tamper(_ sql: String, _ values: SQLValue...) async throws {
    try await write { connection in _ = try connection.execute(sql, values) }
  }

  /// How many rows a query gives.
  func rows(_ sql: String, _ values: SQLValue...) async throws -> Int {
    try await read { connection in try connection.execute(sql, values).count }
  }
}
