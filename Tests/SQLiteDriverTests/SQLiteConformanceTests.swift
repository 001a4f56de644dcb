import BrokerStore
import SQLiteDriver
import StoreConformance
import Testing

@Suite struct SQLiteConformanceTests {
  @Test func sqliteConforms() async throws {
    let folder = try TemporaryFolder()
    let findings = await StoreConformance { () in
      let path = folder.path("\(folder.nextNumber()).sqlite")
      return (
        try SQLiteDatabase(path: path, readLimit: .seconds(600)),
        try SQLiteDatabase(path: path, readLimit: .seconds(600))
      )
    }.run()
    for finding in findings { Issue.record("\(finding)") }
  }

  @Test func caseNamesAreUnique() {
    #expect(Set(StoreConformance.caseNames).count == StoreConformance.caseNames.count)
  }
}
