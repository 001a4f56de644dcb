import ArgumentParser
import AuthenticatorKit
import BrokerStore
import Foundation
import TrustedList
import XMLSecKit

struct TrustCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Trust anchors of cards.", subcommands: [Import.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take trust anchors from a signed trusted list (ETSI TS 119 612).",
      discussion: """
        Verifies the signature with the pinned key, keeps the services that issue cards recognised at national level, \
        and prints what would change. Nothing is changed without --yes. A running gateway takes the new anchors up \
        within half a minute.
        """)
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions
    @OptionGroup var list: ListOptions
    @Argument(help: "The list, an XML file.") var file: String
    @Option(help: "The list operator's certificates or public keys, PEM.") var signer: String
    @Option(help: "The folder of the anchors; that of the one cns instance unless given.") var folder: String?
    @Flag(help: "Apply the difference.") var yes = false

    func run() async throws {
      let configuration = try options.load()
      let store = TrustedListStore(folder: try folder ?? TrustCommand.folder(configuration))
      let importer = TrustedListImport(signers: try signers(), store: store)
      let outcome = try await answering { try importer.examine(file: file, at: Date()) }
      switch outcome {
      case .refused(let refusal): throw StartError.refused("\(file): \(refusal.code): \(refusal)")
      case .nothingToDo(let state): print(state, difference: nil, isApplied: false)
      case .update(let update):
        print(update.state, difference: update.difference, isApplied: yes)
        guard yes else { throw ExitCode(1) }
        try await apply(update, importer, configuration)
      }
    }

    private func signers() throws(StartError) -> [SignerKey] {
      guard let data = FileManager.default.contents(atPath: signer) else {
        throw .file(path: signer, "cannot be read")
      }
      do { return try SignerKey.pinned(inPEM: String(decoding: data, as: UTF8.self)) } catch {
        throw .file(path: signer, "\(error)")
      }
    }

    private func apply(
      _ update: TrustedListUpdate, _ importer: TrustedListImport, _ configuration: BrokerConfiguration
    ) async throws {
      let installation = try await Installation.open(configuration)
      try await answering {
        try importer.apply(update)
        try await AuditStore(installation.ledger).record(
          AuditEntry(
            .trustImported, by: staff.actor,
            [
              "sequence": "\(update.state.sequenceNumber)", "added": "\(update.difference.added.count)",
              "removed": "\(update.difference.removed.count)",
            ], at: installation.world.now()))
      }
      await installation.close()
    }

    private struct View: Encodable {
      struct Anchor: Encodable {
        let service: String
        let fingerprint: String
      }
      let sequence: Int
      let nextUpdate: Date
      let applied: Bool
      let added: [Anchor]
      let removed: [Anchor]
      let unchanged: Int
    }

    private func print(_ state: TrustedListState, difference: AnchorDifference?, isApplied: Bool) {
      if list.json {
        let added = (difference?.added ?? []).map { View.Anchor(service: $0.service, fingerprint: "\($0.fingerprint)") }
        let gone = (difference?.removed ?? []).map {
          View.Anchor(service: $0.service, fingerprint: "\($0.fingerprint)")
        }
        let view = View(
          sequence: state.sequenceNumber, nextUpdate: state.nextUpdate, applied: isApplied, added: added,
          removed: gone, unchanged: difference?.unchanged.count ?? state.services.count)
        return (try? Console.json(view)) ?? ()
      }
      Console.print(
        "list \(state.sequenceNumber) of \(state.territory), next update \(state.nextUpdate.ISO8601Format())")
      guard let difference else { return Console.print("this list is installed already; nothing to do") }
      Console.print("\(difference)")
      Console.print(isApplied ? "applied" : "nothing was changed; add --yes to apply this")
    }
  }

  /// The anchors of the one instance that has some.
  static func folder(_ configuration: BrokerConfiguration) throws(StartError) -> String {
    let folders = configuration.instances.filter { $0.type == "cns" }.compactMap { instance in
      var settings = instance.settings
      return try? settings.optionalString("anchors")
    }
    guard folders.count == 1 else {
      throw .usage("the configuration has \(folders.count) cns instances: name the folder with --folder")
    }
    return folders[0]
  }
}
