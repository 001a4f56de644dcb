import AccessModel
import AuthenticatorKit
import BrokerStore
import Foundation
import SQLiteDriver
import Sealing
import Synchronization

@testable import CitizenImport

/// A migrated store in a folder of its own, and files to import.
final class TestPlace: Sendable {
  let folder: URL
  let database: SQLiteDatabase
  let ledger: Ledger
  let world: World

  init() async throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("varco-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    database = try SQLiteDatabase(
      path: folder.appendingPathComponent("varco.sqlite").path, readLimit: .seconds(600))
    world = TestPlace.world()
    try await Schema.migrate(database)
    let ring = try KeyRing([(id: "kek-1", key: Secret([UInt8](repeating: 1, count: 32)))])
    ledger = try await Ledger.open(database, chain: "main", keyEncryptionKeys: ring, world: world)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var citizens: CitizenStore { CitizenStore(ledger) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func file(_ text: String, _ name: String = "in.csv") throws -> String { try file(Array(text.utf8), name) }

  func file(_ bytes: [UInt8], _ name: String = "in.csv") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  func importer(
    knownProfiles: Set<ProfileID> = [], batchSize: Int = 1000, reportPath: String? = nil
  ) -> CitizenImporter {
    CitizenImporter(
      citizens: citizens, audit: AuditStore(ledger), world: world, actor: .staff("test"),
      knownProfiles: knownProfiles, batchSize: batchSize, reportPath: reportPath)
  }

  /// Imports a text as CSV.
  func run(_ text: String, knownProfiles: Set<ProfileID> = []) async throws -> ImportReport {
    try await importer(knownProfiles: knownProfiles).run(path: try file(text), format: .csv)
  }

  func citizen(_ code: String) async throws -> Citizen? { try await citizens.citizen(with: try FiscalCode(code)) }

  func contacts(_ code: String) async throws -> Set<Contact> {
    guard let citizen = try await citizen(code) else { return [] }
    return try await citizens.contacts(of: citizen.id)
  }

  private static func world() -> World {
    let time = Mutex<Int64>(1_800_000_000_000)
    let generator = Mutex(SplitMix64(seed: 1))
    return World(
      now: {
        time.withLock { time in
          time += 1
          return Instant(milliseconds: time)
        }
      },
      random: { count in
        generator.withLock { generator in (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) } }
      })
  }
}
