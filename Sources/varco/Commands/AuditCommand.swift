import ArgumentParser
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
      let path = checkpoint ?? installation.configuration.checkpoint
      let checkpoints = try path.map { try Verify.read($0, isRequired: checkpoint != nil) } ?? []
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

    /// A last line that a crash has cut is no checkpoint; any other that does not parse is a finding.
    private static func read(_ path: String, isRequired: Bool) throws(StartError) -> [AuditCheckpoint] {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        if isRequired { throw .file(path: path, "cannot be read") }
        return []
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
          Console.print(String(decoding: try encoder.encode(line), as: UTF8.self))
        }
        guard let last = records.last else { break }
        position = last.position
      }
      await installation.close()
    }
  }
}
