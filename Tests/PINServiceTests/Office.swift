import AccessModel
import AuthenticatorKit
import BrokerCore
import Foundation
import SQLiteDriver
import Sealing

@testable import BrokerStore
@testable import PINService

/// An installation of its own for each test: a real SQLite file, a cheap Argon2, a clock that stands still.
final class Office: Sendable {
  let clock = TestClock()
  let database: CountingDatabase
  let ledger: Ledger
  let pool: HashPool
  let pins: PINService
  let mario: FiscalCode
  let anna: FiscalCode
  private let folder: URL

  static let cheap = Argon2Parameters(memoryKiB: 8, iterations: 1) ?? .minimum
  static let oldPepper = Secret([UInt8](repeating: 1, count: 32))
  static let newPepper = Secret([UInt8](repeating: 2, count: 32))

  init(policy: PINPolicy = PINPolicy(), threads: Int = 2, waiting: Int = 200) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "pins-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = CountingDatabase(
      try SQLiteDatabase(path: folder.appending(path: "varco.db").path, readLimit: .seconds(600)))
    try await Schema.migrate(database)
    let keys = try KeyRing([("kek", Secret([UInt8](repeating: 9, count: 32)))])
    ledger = try await Ledger.open(database, chain: "main", keyEncryptionKeys: keys, world: Office.world(clock))
    pool = HashPool(threads: threads, waiting: waiting)
    pins = try PINService(
      ledger: ledger, peppers: try KeyRing([("old", Office.oldPepper)]), policy: policy, parameters: Office.cheap,
      pool: pool, world: Office.world(clock))
    mario = try FiscalCode("RSSMRA85T10H501O")
    anna = try FiscalCode("BNCNNA62A71F205V")
    try await register("mario", mario, "Mario", "Rossi", profiles: "pensioner")
    try await register("anna", anna, "Anna", "Bianchi", profiles: "intermediary")
    _ = database.take()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The same installation seen with other peppers or another cost.
  func service(
    peppers: [(id: String, key: Secret)], policy: PINPolicy = PINPolicy(), parameters: Argon2Parameters = Office.cheap
  ) throws -> PINService {
    try PINService(
      ledger: ledger, peppers: try KeyRing(peppers), policy: policy, parameters: parameters, pool: pool,
      world: Office.world(clock))
  }

  func check(_ secret: Secret, of subject: FiscalCode? = nil, device: String? = nil) async throws -> VaultVerdict {
    try await pins.check(secret, of: subject ?? mario, attempt: AttemptContext(device: device))
  }

  func wrong(_ device: String? = nil) async throws -> VaultVerdict {
    try await check(Secret("WR0NGP1N"), device: device)
  }

  @discardableResult
  func sql(_ statement: String, _ values: SQLValue...) async throws -> [SQLRow] {
    try await database.write { connection in try connection.execute(statement, values) }
  }

  /// The reasons of the denials in the audit log, in order.
  func denials() async throws -> [String] {
    try await sql("SELECT detail FROM audit WHERE kind = 'attempt-failed' ORDER BY seq").map { row in
      let detail = try JSONDecoder().decode([String: String].self, from: Data(try row.text(0).utf8))
      return detail["reason"] ?? "none"
    }
  }

  func count(_ statement: String) async throws -> Int64 { try await sql(statement).first?.integer(0) ?? -1 }

  /// A session that rests on a PIN.
  func openSession(_ id: String, on credential: CredentialID, of citizen: String = "mario") async throws {
    try await sql(
      """
      INSERT INTO sessions (id, citizen_id, client_id, created_at, seen_at, expires_at)
      VALUES ($1, $2, 'app', 0, 0, 9000000000000)
      """, .text(id), .text(citizen))
    try await sql(
      """
      INSERT INTO authentications (session_id, seq, instance, credential_id, level, acr, amr, at)
      VALUES ($1, 1, 'pin-ordinario', $2, 'none', 'acr', 'pin', 0)
      """, .text(id), .text(credential.description))
  }

  func liveSessions() async throws -> [String] {
    try await sql("SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY id").map { try $0.text(0) }
  }

  private func register(
    _ id: String, _ code: FiscalCode, _ given: String, _ family: String, profiles: String
  ) async throws {
    try await sql(
      """
      INSERT INTO citizens (id, fiscal_code, given_name, family_name, profiles, state, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, 'active', 0, 0)
      """, .text(id), .text(code.rawValue), .text(given), .text(family), .text(profiles))
  }

  private static func world(_ clock: TestClock) -> World {
    World(
      now: { clock.now },
      random: { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      })
  }
}
