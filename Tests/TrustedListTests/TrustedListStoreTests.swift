import Foundation
import Testing

@testable import TrustedList

@Suite struct TrustedListStoreTests {
  private let place = ImportPlace()
  private let old = TestList(.init(TestList.certificate(1), TestList.certificate(2), name: "Old"))
  private let new = TestList(.init(TestList.certificate(2), TestList.certificate(3), name: "New"), sequence: 142)

  private func ders() throws -> [[UInt8]] { try place.store.installed().anchors.map(\.der).sorted { $0[4] < $1[4] } }

  private static let oldDERs = [TestList.certificate(1), TestList.certificate(2)]
  private static let newDERs = [TestList.certificate(2), TestList.certificate(3)]

  /// The process that applies the new list ends at a step, in a process of its own so that nothing is cleaned up.
  @Test(arguments: TrustedListStore.Step.allCases)
  func aKillInTheMiddleLeavesTheOldOrTheNewAnchors(step: TrustedListStore.Step) async throws {
    try place.take(old)
    let list = ListOperator.folder.appendingPathComponent("\(UUID().uuidString).xml").path
    try Data(try new.signed()).write(to: URL(fileURLWithPath: list))
    let pem = try ListOperator.italian.get().certificatePEM
    let dying = DyingImport(folder: place.folder, step: step.rawValue, list: list, pem: pem)
    await #expect(processExitsWith: .signal(SIGKILL)) { [dying = dying as DyingImport] in try dying.run() }

    let installed = try place.store.installed()
    #expect(try ders() == (step == .anchorsWritten ? Self.newDERs : Self.oldDERs))
    #expect(installed.state?.sequenceNumber == (step == .locked ? 141 : 142))
    #expect(installed.isWhole == (step != .stateWritten))
    if step != .anchorsWritten { try place.take(new) }
    #expect(try ders() == Self.newDERs, "the same list can be taken again")
    #expect(try place.examine(old).refusal == .sequenceLower(141, last: 142))
  }

  @Test func aDifferenceThatIsOutOfDateIsNotApplied() throws {
    try place.take(old)
    let seen = try #require(try place.examine(new).update)
    try place.take(TestList(.init(TestList.certificate(9)), sequence: 150))
    #expect(throws: TrustedListStoreError.changedMeanwhile) { try place.importer().apply(seen) }
    #expect(try ders() == [TestList.certificate(9)])
  }

  @Test func twoImportsAtOnceExcludeEachOther() throws {
    let update = try #require(try place.examine(old).update)
    try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
    let lock = unsafe open("\(place.folder)/trusted-list.lock", O_CREAT | O_RDWR, 0o644)
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: TrustedListStoreError.changedMeanwhile) { try place.importer().apply(update) }
    close(lock)
    try place.importer().apply(update)
    #expect(try ders() == Self.oldDERs)
  }

  @Test func anAnchorAddedByHandGoesWithTheNextList() throws {
    try place.take(old)
    let pem = try String(contentsOfFile: place.store.anchorsPath, encoding: .utf8)
    let extra = try ListOperator.stranger.get().certificatePEM
    try (pem + extra).write(toFile: place.store.anchorsPath, atomically: true, encoding: .utf8)
    #expect(try place.store.installed().isWhole == false)
    let update = try #require(try place.examine(old).update, "not nothing to do")
    #expect(update.difference.removed.map(\.service) == ["(not from the list)"])
    try place.importer().apply(update)
    #expect(try ders() == Self.oldDERs)
  }

  @Test func aLostAnchorIsRestoredByTheSameList() throws {
    try place.take(old)
    try FileManager.default.removeItem(atPath: place.store.anchorsPath)
    #expect(try place.store.installed().isWhole == false)
    #expect(try place.take(old).difference.added.count == 2)
    #expect(try ders() == Self.oldDERs)
  }

  @Test func aDamagedStateIsNoFirstImport() throws {
    try place.take(old)
    for text in ["", "{}", "[]", "{\"sequenceNumber\": 1}", "\u{0}"] {
      try text.write(toFile: place.store.statePath, atomically: true, encoding: .utf8)
      #expect(throws: TrustedListStoreError.self) { try place.examine(new) }
    }
    try FileManager.default.removeItem(atPath: place.store.statePath)
    #expect(throws: TrustedListStoreError.self, "anchors without a state") { try place.examine(new) }
    try FileManager.default.removeItem(atPath: place.store.anchorsPath)
    try place.take(new)
  }

  @Test func damagedAnchorsAreNamed() throws {
    try place.take(old)
    for text in ["-----BEGIN CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n"]
    {
      try text.write(toFile: place.store.anchorsPath, atomically: true, encoding: .utf8)
      #expect(throws: TrustedListStoreError.self) { try place.store.installed() }
    }
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let file = ListOperator.folder.appendingPathComponent(UUID().uuidString).path
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    let store = TrustedListStore(folder: "\(file)/anchors")
    let importer = TrustedListImport(signers: try ListOperator.italian.get().signers, store: store)
    #expect(throws: TrustedListStoreError.self) {
      let update = try #require(try importer.examine(try old.signed(), at: place.now).update)
      try importer.apply(update)
    }
  }

  @Test func aLeftOverOfAKilledImportIsNoHindrance() throws {
    try place.take(old)
    for path in [place.store.anchorsPath, place.store.statePath] {
      try "half".write(toFile: path + ".new", atomically: true, encoding: .utf8)
    }
    try place.take(new)
    #expect(try ders() == Self.newDERs)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.folder).sorted()
    #expect(files == ["trusted-list.json", "trusted-list.lock", "trusted-list.pem"])
  }

  @Test func theStateReadsBackAsItWasWritten() throws {
    let state = try place.take(old).state
    let json = try state.json()
    #expect(TrustedListState(json: json) == state)
    #expect(String(decoding: json, as: UTF8.self).contains("\"nextUpdate\" : \"2027-04-01T00:00:00Z\""))
  }
}
