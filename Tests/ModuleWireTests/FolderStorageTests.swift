import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import Testing

@testable import ModuleWire

/// The memory of a module that is a process of its own.
@Suite final class FolderStorageTests: Sendable {
  private let folder: String
  private let clock = ManualClock()
  private let storage: FolderStorage

  init() throws {
    folder = NSTemporaryDirectory() + "/varco-storage-\(UUID().uuidString)"
    storage = try FolderStorage(folder, world: .deterministic(clock: clock))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func reopened(seed: UInt64 = 2) throws -> FolderStorage {
    try FolderStorage(folder, world: .deterministic(clock: clock, seed: seed))
  }

  private func version(_ key: String) async throws -> Int64 { try #require(try await storage.get(key)).version }

  @Test func ofTwoWritersWithOneVersionOneWins() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
    #expect(try await !storage.put("a", [2], ifVersion: nil, expiresAt: nil), "it is there already")
    let first = try await version("a")
    #expect(try await storage.put("a", [3], ifVersion: first, expiresAt: nil))
    #expect(try await !storage.put("a", [4], ifVersion: first, expiresAt: nil), "somebody was faster")
    #expect(try await storage.get("a")?.value == [3])
    #expect(try await version("a") > first)
    #expect(
      try await !storage.put("b", [1], ifVersion: first, expiresAt: nil), "a key that is not there has no version")
  }

  @Test func whatIsUsedOnceIsGone() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
    let version = try await version("a")
    #expect(try await !storage.delete("a", ifVersion: version + 1))
    #expect(try await storage.delete("a", ifVersion: version))
    #expect(try await !storage.delete("a", ifVersion: version))
    #expect(try await storage.get("a") == nil)
  }

  @Test func anItemVanishesWhenItsTimeIsOver() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: clock.now + .seconds(60)))
    let version = try await version("a")
    clock.advance(by: TimeSpan(milliseconds: 59_999))
    #expect(try await storage.get("a")?.value == [1])
    clock.advance(by: TimeSpan(milliseconds: 1))
    #expect(try await storage.get("a") == nil)
    #expect(try await !storage.put("a", [2], ifVersion: version, expiresAt: nil))
    #expect(try await !storage.delete("a", ifVersion: version))
    #expect(try await storage.put("a", [2], ifVersion: nil, expiresAt: nil), "the key is free again")
  }

  /// Whoever holds an old version must not hit what came after it.
  @Test func aKeyThatWasDeletedAndWrittenAgainRepeatsNoVersion() async throws {
    var seen = Set<Int64>()
    for _ in 0..<5 {
      #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
      #expect(try await storage.put("a", [2], ifVersion: version("a"), expiresAt: nil))
      let version = try await version("a")
      #expect(seen.insert(version).inserted)
      #expect(try await storage.delete("a", ifVersion: version))
    }
  }

  @Test func noVersionIsRepeatedAfterARestartOrByAClockThatWasSetBack() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
    let version = try await version("a")
    #expect(try await storage.delete("a", ifVersion: version))
    clock.advance(by: .days(-2))
    let later = try reopened()
    #expect(try await later.put("a", [2], ifVersion: nil, expiresAt: nil))
    #expect(try #require(try await later.get("a")).version > version)
    #expect(try await !later.delete("a", ifVersion: version))
  }

  @Test func itemsOutliveAProcess() async throws {
    #expect(try await storage.put("a/ü", [1, 2], ifVersion: nil, expiresAt: nil))
    #expect(try await reopened().get("a/ü") == storage.get("a/ü"))
  }

  @Test func nobodyElseMayReadIt() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.count == 3, "an item, the key of pseudonyms, and the versions spoken for")
    #expect(try mode(folder) == 0o700)
    for file in files { #expect(try mode("\(folder)/\(file)") == 0o600, "\(file)") }
  }

  @Test(arguments: [0o750, 0o705, 0o720, 0o701]) func aFolderThatIsOpenToOthersIsRefused(_ open: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: open], ofItemAtPath: folder)
    let error = try #require(throws: ServeError.self) { try reopened() }
    #expect(error.description == "\(folder) is open to other users: close it with chmod 700")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    _ = try reopened()
  }

  @Test func aFileInTheFoldersPlaceIsRefused() throws {
    let file = "\(folder)/a-file"
    try Data().write(to: URL(fileURLWithPath: file))
    let error = try #require(throws: ServeError.self) { try FolderStorage(file, world: .deterministic(clock: clock)) }
    #expect(error.description == "\(file) is there, and it is no folder")
  }

  /// Of two processes that begin at once both have the key of the first.
  @Test func aKeyThatIsThereIsNotReplaced() throws {
    let key = URL(fileURLWithPath: "\(folder)/pseudonym.key")
    let before = try Data(contentsOf: key)
    try PrivateFiles.write(Data(repeating: 1, count: 32), to: key, replacing: false)
    #expect(try Data(contentsOf: key) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".") } == [])
  }

  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func aKeyIsNoFileName() async throws {
    #expect(try await storage.put("../../escaped", [1], ifVersion: nil, expiresAt: nil))
    #expect(try await storage.put("pseudonym.key", [1], ifVersion: nil, expiresAt: nil))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.contains(/^[0-9a-f]{64}$/) }
    #expect(Set(names) == ["pseudonym.key", "versions"])
  }

  @Test func anItemThatCannotBeReadIsAFault() async throws {
    #expect(try await storage.put("a", [1], ifVersion: nil, expiresAt: nil))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.count == 64 }
    try Data("half of somethi".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(try #require(names.first))"))
    let fault = AuthenticatorFault.unavailable("an item of the module's storage cannot be read")
    await #expect(throws: fault) { try await storage.get("a") }
    await #expect(throws: fault) { try await storage.put("a", [2], ifVersion: nil, expiresAt: nil) }
    await #expect(throws: fault) { try await storage.delete("a", ifVersion: 1) }
    #expect(try await storage.get("b") == nil, "another key is as good as before")
  }

  @Test func aKeyOrAValueThatIsTooLongIsAFault() async throws {
    let key = String(repeating: "k", count: 200)
    #expect(try await storage.put(key, [UInt8](repeating: 0, count: 4096), ifVersion: nil, expiresAt: nil))
    await #expect(throws: AuthenticatorFault.self) {
      try await storage.put("\(key)k", [], ifVersion: nil, expiresAt: nil)
    }
    await #expect(throws: AuthenticatorFault.self) {
      try await storage.put("v", [UInt8](repeating: 0, count: 4097), ifVersion: nil, expiresAt: nil)
    }
  }

  @Test func aPseudonymIsTheSameForEverAndMeansNothingElsewhere() throws {
    let anna = try FiscalCode("BNCNNA62A71F205V")
    let mario = try FiscalCode("RSSMRA85T10H501O")
    let name = storage.pseudonym(of: anna)
    #expect(try reopened().pseudonym(of: anna) == name)
    #expect(storage.pseudonym(of: mario) != name)
    let elsewhere = folder + "-elsewhere"
    defer { try? FileManager.default.removeItem(atPath: elsewhere) }
    let other = try FolderStorage(elsewhere, world: .deterministic(clock: clock, seed: 3))
    #expect(other.pseudonym(of: anna) != name)
  }

  /// With an empty key everybody could compute the pseudonyms.
  @Test func aKeyOfAnotherLengthIsRefused() throws {
    try Data().write(to: URL(fileURLWithPath: "\(folder)/pseudonym.key"))
    #expect(throws: ServeError.self) { try reopened() }
  }
}
