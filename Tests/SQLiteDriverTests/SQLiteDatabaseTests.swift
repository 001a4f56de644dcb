import Foundation
import Testing

@testable import BrokerStore
@testable import SQLiteDriver

@Suite struct SQLiteDatabaseTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A busy machine may keep a test from its turn for longer than anybody waits for a page.
  private func open(_ name: String) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: folder.path(name), readLimit: .seconds(600))
  }

  @Test func aMissingFolderIsOneClearError() throws {
    let path = folder.path("nowhere/varco.sqlite")
    let error = try #require(throws: StoreError.self) { _ = try SQLiteDatabase(path: path) }
    guard case .unavailable(let why) = error else {
      Issue.record("another error: \(error)")
      return
    }
    #expect(why.contains(path))
    #expect(!FileManager.default.fileExists(atPath: folder.path("nowhere")))
  }

  @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws {
    let path = folder.path("letter.txt")
    let letter = Data(String(repeating: "Dear Sirs, this is no database. ", count: 100).utf8)
    try letter.write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: StoreError.self) { _ = try SQLiteDatabase(path: path) }
    #expect(error.description.contains("not a database"))
    #expect(error.description.contains(path))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == letter)
  }

  @Test func aFolderIsNoDatabase() throws {
    let error = try #require(throws: StoreError.self) { _ = try SQLiteDatabase(path: folder.path("")) }
    guard case .unavailable = error else {
      Issue.record("another error: \(error)")
      return
    }
  }

  @Test func aFullDiskIsUnavailableAndLeavesTheOldState() async throws {
    let database = try open("full.sqlite")
    _ = try await database.write { try $0.execute("CREATE TABLE t (a BLOB)") }
    _ = try await database.write { try $0.execute("PRAGMA max_page_count = 4") }
    await #expect {
      try await database.write { connection in
        try connection.execute("INSERT INTO t (a) VALUES ($1)", .blob([UInt8](repeating: 1, count: 100_000)))
      }
    } throws: { error in
      guard case .unavailable(let why) = error as? StoreError else { return false }
      return why.contains("full")
    }
    #expect(try await database.read { try $0.execute("SELECT a FROM t").count } == 0)
    await database.close()
  }

  @Test func aWriterThatWaitsTooLongIsUnavailable() async throws {
    let path = folder.path("locked.sqlite")
    let holder = try SQLiteDatabase(path: path)
    let waiter = try SQLiteDatabase(path: path, busyTimeoutSeconds: 1)
    let isHeld = DispatchSemaphore(value: 0)
    let mayGo = DispatchSemaphore(value: 0)
    let holding = Task {
      try await holder.write { connection in
        isHeld.signal()
        mayGo.wait()
        try connection.execute("CREATE TABLE t (a BLOB)")
      }
    }
    await Task.detached { TemporaryFolder.wait(for: isHeld) }.value
    await #expect {
      try await waiter.write { try $0.execute("CREATE TABLE u (a BLOB)") }
    } throws: { "\($0)".contains("locked") }
    mayGo.signal()
    try await holding.value
    await waiter.close()
    await holder.close()
  }

  @Test func aReadThatCannotBeginIsUnavailableAndLeavesNothingBehind() async throws {
    let database = try SQLiteDatabase(path: folder.path("busy.sqlite"), readLimit: .milliseconds(50))
    let mayGo = DispatchSemaphore(value: 0)
    let holding = (0..<SQLiteDatabase.readers).map { _ in
      Task { try? await database.read { _ in mayGo.wait() } }
    }
    await #expect {
      for _ in 0...SQLiteDatabase.readers { _ = try await database.read { try $0.execute("SELECT 1").count } }
    } throws: { "\($0)".contains("no read within") }
    for reading in holding { await reading.value }
    for _ in holding { mayGo.signal() }
    let patient = try open("busy.sqlite")
    #expect(try await patient.read { try $0.execute("SELECT 1").count } == 1)
    await patient.close()
    await database.close()
  }

  /// Opening sets NORMAL, with which a power cut takes back what was acknowledged.
  @Test func commitsAreSyncedBeforeTheyAreAcknowledged() async throws {
    let database = try open("synced.sqlite")
    let mode = try await database.write { try $0.execute("PRAGMA synchronous").first?.integer(0) }
    #expect(mode == 2)
    await database.close()
  }

  @Test func aValueThatTheStatementDoesNotNameIsLeftOut() async throws {
    let database = try open("names.sqlite")
    let found = try await database.read { connection in
      try connection.execute("SELECT $2", .text("one"), .text("two")).first?.text(0)
    }
    #expect(found == "two")
    await database.close()
  }

  @Test func aNumberWithoutAValueIsAnError() async throws {
    let database = try open("missing.sqlite")
    await #expect(throws: StoreError.self) {
      try await database.read { try $0.execute("SELECT $1, $2", .text("one")).count }
    }
    await database.close()
  }

  @Test func manyHandlesMayOpenOneNewFileAtTheSameTime() async throws {
    for round in 0..<10 {
      let path = folder.path("race-\(round).sqlite")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let database = try SQLiteDatabase(path: path, busyTimeoutSeconds: 60)
            _ = try await database.write { try $0.execute("CREATE TABLE IF NOT EXISTS t (a BIGINT)") }
            await database.close()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func nothingOfAStatementsValuesReachesAnErrorText() async throws {
    let database = try open("secret.sqlite")
    await #expect {
      try await database.write { try $0.execute("INSERT INTO nowhere VALUES ($1)", .text("RSSMRA85T10H501O")) }
    } throws: { !"\($0)".contains("RSSMRA") }
    await database.close()
  }

  @Test func aClosedDatabaseIsUnavailable() async throws {
    let database = try SQLiteDatabase(path: folder.path("closed.sqlite"))
    await database.close()
    await #expect(throws: StoreError.self) { try await database.read { try $0.execute("SELECT 1").count } }
    await #expect(throws: StoreError.self) { try await database.hasChanged() }
  }
}
