import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerStore
import Foundation

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The audit log.", subcommands: [Verify.self, Export.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walk the chains and name the first changed, removed, reordered or cut-off record.")
    @Option(help: "A checkpoint file; the configured one unless given.") var checkpoint: String?
    @OptionGroup var options: InstallationOptions

    func run() async throws {
      let installation = try await options.open()
      let checkpoints = try await checkpoints(installation)
      let verdict = try await answering {
        try await AuditStore(installation.ledger).verify(checkpoints: checkpoints)
      }
      await installation.close()
      switch verdict {
      case .intact(let records, let chains):
        Console.print("intact: \(records) records in \(chains) chains, \(checkpoints.count) checkpoints")
      case .broken(let found): throw StartError.refused("broken: \(found)")
      }
    }

    private func checkpoints(_ installation: Installation) async throws(StartError) -> [AuditCheckpoint] {
      if let checkpoint { return try Verify.read(checkpoint) }
      guard let path = installation.configuration.checkpoint else { return [] }
      if FileManager.default.fileExists(atPath: path) { return try Verify.read(path) }
      // A gateway writes one every minute: what is older must have one.
      let due = installation.world.now() - .minutes(2)
      let isDue = try await answering { try await AuditStore(installation.ledger).holdsRecords(before: due) }
      if isDue { throw .refused("broken: the checkpoint file \(path) is missing") }
      return []
    }

    /// A last line that a crash has cut is no checkpoint; any other that does not parse is a finding.
    private static func read(_ path: String) throws(StartError) -> [AuditCheckpoint] {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw .file(path: path, "cannot be read")
      }
      var checkpoints: [AuditCheckpoint] = []
      let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
      for (index, line) in lines.enumerated() {
        if let checkpoint = AuditCheckpoint(parsing: String(line)) {
          checkpoints.append(checkpoint)
        } else if index < lines.count - 1 || text.hasSuffix("\n") {
          throw .refused("broken: \(path), line \(index + 1), is no checkpoint")
        }
      }
      return checkpoints
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the records as JSON lines, oldest first.")
    @OptionGroup var options: InstallationOptions

    private struct Line: Encodable {
      let chain: String
      let seq: Int64
      let at: String
      let kind: String
      let actor: String
      let subject: String
      let detail: String
    }

    func run() async throws {
      let installation = try await options.open()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var position: AuditPosition?
      while true {
        let after = position
        let records = try await answering {
          try await AuditStore(installation.ledger).records(after: after, limit: 1000)
        }
        for record in records {
          let line = Line(
            chain: record.chain, seq: record.sequence, at: record.at.text, kind: record.kind, actor: record.actor,
            subject: record.subject, detail: record.detail)
          Console.json(text: String(decoding: try encoder.encode(line), as: UTF8.self))
        }
        guard let last = records.last else { break }
        position = last.position
      }
      await installation.close()
    }
  }
}
