import AccessModel
import ArgumentParser
import BrokerCore
import BrokerStore
import CitizenImport
import Foundation

struct CitizenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "citizen", abstract: "The registry of citizens.",
    subcommands: [Import.self, Show.self, Count.self, State.self, EndSessions.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import citizens from CSV or JSON lines.",
      discussion: """
        Columns: fiscal_code, given_name, family_name, profiles, state, mobile, email, pec, home_phone, office_phone, \
        fax, address. A bad row is reported by its line and does not stop the rest; importing twice changes nothing.
        """)
    @Argument(help: "The file.") var file: String
    @Option(help: "csv or jsonl; guessed from the name unless given.") var format: String?
    @Option(help: "Write every problem to this file.") var report: String?
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let format = try chosenFormat()
      let installation = try await options.open()
      let catalogue = try await installation.catalogue()
      let importer = CitizenImporter(
        citizens: CitizenStore(installation.ledger), audit: AuditStore(installation.ledger),
        world: installation.world, actor: staff.actor, knownProfiles: Set(catalogue.profiles.keys), reportPath: report)
      let isTerminal = isatty(STDERR_FILENO) == 1
      let result = try await answering {
        try await importer.run(path: file, format: format) { progress in
          let text = "\(progress.rows) rows, \(progress.rowsPerSecond) a second"
          if isTerminal {
            try? FileHandle.standardError.write(contentsOf: Data("\r\(text)\u{1B}[K".utf8))
          } else if progress.rows.isMultiple(of: 100_000) {
            Console.error(text)
          }
        }
      }
      if isTerminal { Console.error("") }
      await installation.close()
      for problem in result.problems { Console.error("\(file): \(problem)") }
      if result.rejected > result.problems.count {
        Console.error("\(file): and \(result.rejected - result.problems.count) more; --report FILE writes them all")
      }
      Console.print(
        "\(result.counts.added) added, \(result.counts.changed) changed, \(result.counts.unchanged) unchanged, "
          + "\(result.rejected) rejected")
      if result.rejected > 0 { throw ExitCode(1) }
    }

    private func chosenFormat() throws(StartError) -> ImportFormat {
      guard let format else { return ImportFormat(guessedFrom: file) }
      guard let chosen = ImportFormat(rawValue: format) else { throw .usage("--format is csv or jsonl") }
      return chosen
    }
  }

  struct Count: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How many citizens the registry has.")
    @OptionGroup var options: InstallationOptions

    func run() async throws {
      let installation = try await options.open()
      let count = try await answering { try await CitizenStore(installation.ledger).count() }
      await installation.close()
      Console.print("\(count)")
    }
  }
}
