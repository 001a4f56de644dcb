import AccessModel
import BrokerStore
import Foundation
import SQLiteDriver
import Synchronization
import Testing

@testable import CitizenImport

@Suite struct CitizenImporterTests {
  private let place: TestPlace
  init() async throws { place = try await TestPlace() }

  private static let header =
    "fiscal_code,given_name,family_name,profiles,mobile,email,pec,home_phone,office_phone,fax,address,state\n"
  private static let mario =
    "RSSMRA85T10H501O,Mario,Rossi,worker-private pensioner,+39 000 1,m@example.org,,,,,\"Via Roma 1\n00100 Roma\",\n"
  private static let anna = "bncnna62a71f205v, Anna ,Bianchi,pensioner,,,,,,,,suspended\n"

  @Test func everyColumnArrives() async throws {
    let report = try await place.run(Self.header + Self.mario + Self.anna)
    #expect(report.counts == ImportCounts(added: 2))
    #expect(report.rejected == 0)
    let mario = try #require(try await place.citizen("RSSMRA85T10H501O"))
    #expect(mario.givenName == "Mario")
    #expect(mario.familyName == "Rossi")
    #expect(mario.profiles == Set([ProfileID("worker-private"), ProfileID("pensioner")].compactMap { $0 }))
    #expect(mario.state == .active)
    #expect(
      try await place.contacts("RSSMRA85T10H501O") == [
        Contact(.mobile, "+39 000 1"), Contact(.email, "m@example.org"), Contact(.address, "Via Roma 1 00100 Roma"),
      ])
    let anna = try #require(try await place.citizen("BNCNNA62A71F205V"))
    #expect(anna.givenName == "Anna")
    #expect(anna.state == .suspended)
  }

  @Test func importingTwiceChangesNothing() async throws {
    _ = try await place.run(Self.header + Self.mario + Self.anna)
    let again = try await place.run(Self.header + Self.mario + Self.anna)
    #expect(again.counts == ImportCounts(unchanged: 2))
  }

  @Test func oneBadRowIsReportedByItsLineAndTheRestGoesIn() async throws {
    let bad = "RSSMRA85T10H501A,Mario,Rossi,,,,,,,,,\n"
    let report = try await place.run(Self.header + Self.mario + bad + Self.anna)
    #expect(report.counts == ImportCounts(added: 2))
    #expect(
      report.problems == [RowProblem(line: 4, "the last character of the fiscal code does not fit the others")])
  }

  @Test(arguments: [
    ("RSSMRA85T10H501A,M,R,,,", "the last character of the fiscal code does not fit the others"),
    ("12345670801,M,R,,,", "this is a provisional code of 11 digits: ask an office for the final one"),
    ("RSSMRA85T10H501O,,R,,,", "given_name is empty"),
    ("RSSMRA85T10H501O,M, ,,,", "family_name is empty"),
    ("RSSMRA85T10H501O,M,R,king,,", "the profile (king) is unknown"),
    ("RSSMRA85T10H501O,M,R,BNCNNA62A71F205V,,", "the profile is unknown"),
    ("RSSMRA85T10H501O,M,R,,nobody,", "email has not the form of an e-mail address"),
    ("RSSMRA85T10H501O,M,R,,a@b@c.it,", "email has not the form of an e-mail address"),
    ("RSSMRA85T10H501O,M,R,,a@b,", "email has not the form of an e-mail address"),
    ("RSSMRA85T10H501O,M,R,,,call me", "mobile has not the form of a telephone number"),
    ("RSSMRA85T10H501O,M\u{0},R,,,", "given_name holds a control character"),
    ("RSSMRA85T10H501O,M,R,,", "the row has 5 columns, the header 6"),
    ("RSSMRA85T10H501O,M,R,,,,", "the row has 7 columns, the header 6"),
  ])
  func aBadRowHasItsReason(row: String, reason: String) async throws {
    let known = Set([ProfileID("pensioner")].compactMap { $0 })
    let report = try await place.run(
      "fiscal_code,given_name,family_name,profiles,email,mobile\n\(row)\n", knownProfiles: known)
    #expect(report.problems.map(\.reason) == [reason])
    #expect(try await place.citizens.count() == 0)
  }

  @Test func noReasonHoldsAFiscalCode() async throws {
    let codes = ["RSSMRA85T10H501A", "RSSMRA85F10H501N", "RSSMRA85T10H501O"]
    let rows = codes.map { "\($0),\($0),\($0),\($0),\($0),\($0)\n\"\($0)\n\($0),x\"y\n" }.joined()
    let report = try await place.run("fiscal_code,given_name,family_name,profiles,email,mobile\n\(rows)")
    #expect(report.rejected == 9)
    #expect(!"\(report)".contains("RSSMRA"))
  }

  @Test func aCodeTwiceInABatchIsReportedWithTheEarlierLine() async throws {
    let report = try await place.run(Self.header + Self.mario + Self.anna + Self.mario)
    #expect(report.counts == ImportCounts(added: 2))
    #expect(report.problems == [RowProblem(line: 5, "the fiscal code stands in line 2 already")])
  }

  @Test(arguments: [
    ("fiscal_code,given_name,family_name,shoe_size\n", "column 4 (shoe_size) is unknown"),
    ("fiscal_code,given_name,family_name,email,email\n", "the column email stands there twice"),
    ("fiscal_code,given_name\n", "there is no column family_name; the first line must name the columns"),
    (mario, "there is no column fiscal_code; the first line must name the columns"),
    ("fiscal_code,given_name,family_name,RSSMRA85T10H501O\n", "column 4 is unknown"),
  ])
  func aWrongHeaderImportsNothing(header: String, what: String) async throws {
    await #expect(throws: ImportError.header(what)) { try await place.run(header + Self.mario) }
    #expect(try await place.citizens.count() == 0)
  }

  @Test func aFileWithoutStatesReinstatesNobody() async throws {
    _ = try await place.run(Self.header + Self.anna)
    let report = try await place.run("fiscal_code,given_name,family_name\nBNCNNA62A71F205V,Anna,Bianchi\n")
    #expect(report.counts == ImportCounts(unchanged: 1))
    #expect(try await place.citizen("BNCNNA62A71F205V")?.state == .suspended)
  }

  @Test func jsonLinesAreReadAndBadOnesReported() async throws {
    let text = """
      {"fiscal_code":"RSSMRA85T10H501O","given_name":"Mario","family_name":"Rossi","profiles":["pensioner"],"email":"m@example.org","pec":null}

      {"fiscal_code":"BNCNNA62A71F205V","given_name":"Anna","family_name":"Bianchi","shoe":"38"}
      {"fiscal_code":"BNCNNA62A71F205V","given_name":"Anna","family_name":"Bianchi","profiles":"pensioner"}
      {"fiscal_code":"BNCNNA62A71F205V","given_name":7}
      not json
      ["RSSMRA85T10H501O"]
      {"fiscal_code":"FOXIOX26C24L219D","given_name":"Io","family_name":"Fo","state":"deceased"}
      """
    let report = try await place.importer().run(path: try place.file(text, "in.jsonl"), format: .jsonLines)
    #expect(report.counts == ImportCounts(added: 2))
    let wrong = "the line is no JSON object of texts (and profiles, an array of texts)"
    #expect(
      report.problems.map(\.description) == [
        "line 3: the key (shoe) is unknown", "line 4: profiles is no array", "line 5: \(wrong)", "line 6: \(wrong)",
        "line 7: \(wrong)",
      ])
    #expect(try await place.contacts("RSSMRA85T10H501O") == [Contact(.email, "m@example.org")])
    #expect(try await place.citizen("FOXIOX26C24L219D")?.state == .deceased)
  }

  @Test func twentyProblemsAreKeptAndAllAreInTheReportFile() async throws {
    let rows = (0..<50).map { "x\($0),M,R\n" }.joined()
    let path = place.path("report.txt")
    let report = try await place.importer(reportPath: path).run(
      path: try place.file("fiscal_code,given_name,family_name\n" + rows), format: .csv)
    #expect(report.rejected == 50)
    #expect(report.problems.count == 20)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 50)
    #expect(lines.last == "line 51: a fiscal code has 16 characters, this has 3")
  }

  @Test func whatCannotBeReadOrWrittenIsOneClearError() async throws {
    let importer = place.importer()
    for path in [place.path("nowhere.csv"), place.path("")] {
      await #expect(throws: ImportError.self) { try await importer.run(path: path, format: .csv) }
    }
    let report = place.path("in.csv/report")
    await #expect(throws: ImportError.cannotWriteReport(path: report)) {
      try await place.importer(reportPath: report).run(path: try place.file(Self.header), format: .csv)
    }
  }

  @Test func progressIsToldAfterEveryBatch() async throws {
    let told = Mutex<[Int]>([])
    let people = CitizenGenerator(seed: 1, count: 25).map { "\($0.fiscalCode.rawValue),A,B\n" }
    let path = try place.file("fiscal_code,given_name,family_name\n" + people.joined())
    _ = try await place.importer(batchSize: 10).run(path: path, format: .csv) { progress in
      told.withLock { $0.append(progress.rows) }
    }
    #expect(told.withLock { $0 } == [10, 20, 25])
  }

  @Test func theBatchesOfAnImportThatWasKilledStayAndAnotherRunCompletesIt() async throws {
    let people = CitizenGenerator(seed: 2, count: 100).map { "\($0.fiscalCode.rawValue),A,B\n" }
    let path = try place.file("fiscal_code,given_name,family_name\n" + people.joined())
    let database = place.database
    await #expect(throws: ImportError.self) {
      try await place.importer(batchSize: 10).run(path: path, format: .csv) { progress in
        // The store goes away under the import.
        if progress.rows == 30 { breakStore(database) }
      }
    }
    try await database.write { _ = try $0.execute("ALTER TABLE gone RENAME TO citizens", []) }
    #expect(try await place.citizens.count() == 30)
    let again = try await place.importer().run(path: path, format: .csv)
    #expect(again.counts == ImportCounts(added: 70, unchanged: 30))
  }

  @Test func theWholeImportIsOneRecordWithItsCounts() async throws {
    _ = try await place.run(Self.header + Self.mario + "x,M,R,,,,,,,,,\n")
    let records = try await AuditStore(place.ledger).records(after: nil, limit: 100)
    let whole = records.filter { $0.kind == "citizens-imported" && $0.detail.contains("whole") }
    #expect(
      whole.map(\.detail) == [#"{"added":"1","changed":"0","part":"whole","rejected":"1","unchanged":"0"}"#])
    #expect(whole.first?.actor == "staff:test")
    #expect(try await AuditStore(place.ledger).verify() == .intact(records: records.count, chains: 1))
  }
}

/// Renames a table from a synchronous callback.
private func breakStore(_ database: any SQLDatabase) {
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    try? await database.write { _ = try $0.execute("ALTER TABLE citizens RENAME TO gone", []) }
    done.signal()
  }
  done.wait()
}
