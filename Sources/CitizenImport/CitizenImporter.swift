public import AccessModel
public import AuthenticatorKit
public import BrokerStore

/// Brings a registry's file into the store: batch by batch, in constant memory.
///
/// A bad row is left out and reported by its line; the rest goes in. Killed in the middle, the batches that are done
/// stay, and another run completes the import, because a row that changes nothing writes nothing.
public struct CitizenImporter: Sendable {
  private let citizens: CitizenStore
  private let audit: AuditStore
  private let world: World
  private let actor: AuditActor
  private let knownProfiles: Set<ProfileID>
  private let batchSize: Int
  private let reportPath: String?

  /// - Parameters:
  ///   - actor: who imports, for the audit log.
  ///   - knownProfiles: the ids that the catalogue has; empty to take any well-formed one.
  ///   - batchSize: rows a transaction, 1 to 5,000.
  ///   - reportPath: where every problem is written, if anywhere; the report itself keeps the first 20.
  public init(
    citizens: CitizenStore, audit: AuditStore, world: World, actor: AuditActor, knownProfiles: Set<ProfileID> = [],
    batchSize: Int = 1000, reportPath: String? = nil
  ) {
    self.citizens = citizens
    self.audit = audit
    self.world = world
    self.actor = actor
    self.knownProfiles = knownProfiles
    self.batchSize = min(max(batchSize, 1), 5000)
    self.reportPath = reportPath
  }

  /// Imports one file.
  /// - Parameter progress: called after every batch.
  /// - Throws: ``ImportError``: before the first batch nothing has been imported, afterwards whole batches have.
  public func run(
    path: String, format: ImportFormat, progress: @Sendable (ImportProgress) -> Void = { _ in }
  ) async throws(ImportError) -> ImportReport {
    let file = try ByteFile(path: path)
    defer { file.close() }
    var rows = try CitizenRows(format) { () throws(ImportError) in try file.next() }
    let problems: ReportFile? = if let reportPath { try ReportFile(path: reportPath) } else { nil }
    defer { problems?.close() }
    let start = world.now()
    var report = ImportReport()
    while true {
      let batch = try nextBatch(&rows, &report, problems)
      try await take(batch.citizens, &report)
      report.milliseconds = (world.now() - start).milliseconds
      if batch.isLast { break }
      progress(CitizenImporter.progress(report))
    }
    try await recordWhole(report)
    progress(CitizenImporter.progress(report))
    return report
  }

  /// Reads until a batch is full or the file ends.
  private func nextBatch(
    _ rows: inout CitizenRows, _ report: inout ImportReport, _ problems: ReportFile?
  ) throws(ImportError) -> (citizens: [ImportedCitizen], isLast: Bool) {
    var batch: [ImportedCitizen] = []
    var lines: [FiscalCode: Int] = [:]
    var looked = 0
    while looked < batchSize {
      guard let element = try rows.next() else { return (batch, true) }
      looked += 1
      do throws(RowRefusal) {
        let citizen = try judge(element.row)
        if let earlier = lines.updateValue(element.line, forKey: citizen.fiscalCode) {
          lines[citizen.fiscalCode] = earlier
          throw RowRefusal("the fiscal code stands in line \(earlier) already")
        }
        batch.append(citizen)
      } catch {
        let problem = RowProblem(line: element.line, error.reason)
        report.reject(problem)
        problems?.add(problem)
      }
    }
    return (batch, false)
  }

  private func judge(_ row: Result<CitizenRow, RowRefusal>) throws(RowRefusal) -> ImportedCitizen {
    switch row {
    case .failure(let refusal): throw refusal
    case .success(let row): try row.citizen(knownProfiles: knownProfiles, newID: .random(world))
    }
  }

  private func take(_ batch: [ImportedCitizen], _ report: inout ImportReport) async throws(ImportError) {
    guard !batch.isEmpty else { return }
    do throws(StoreError) {
      let audit = AuditEntry(.citizensImported, by: actor, ["part": "batch"], at: world.now())
      report.add(try await citizens.importBatch(batch, audit: audit))
    } catch {
      throw .stopped(afterRows: report.counts.total, error)
    }
  }

  private func recordWhole(_ report: ImportReport) async throws(ImportError) {
    do throws(StoreError) {
      try await audit.record(AuditEntry(.citizensImported, by: actor, report.detail, at: world.now()))
    } catch {
      throw .stopped(afterRows: report.counts.total, error)
    }
  }

  private static func progress(_ report: ImportReport) -> ImportProgress {
    ImportProgress(rows: report.rows, rowsPerSecond: report.rows * 1000 / max(1, Int(report.milliseconds)))
  }
}

extension CitizenID {
  /// A new id of 128 random bits.
  public static func random(_ world: World) -> CitizenID {
    let digits = Array("0123456789abcdef".utf8)
    let text = world.random(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return CitizenID(String(decoding: text, as: UTF8.self))
  }
}
