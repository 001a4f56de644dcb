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
        and prints what would change and the digest of the list. Nothing is changed without --yes; with --expect and \
        that digest it is the list that was shown, or nothing. A running gateway takes the new anchors up within half a \
        minute.
        """)
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions
    @OptionGroup var list: ListOptions
    @Argument(help: "The list, an XML file.") var file: String
    @Option(help: "The list operator's certificates or public keys, PEM.") var signer: String
    @Option(help: "The folder of the anchors; that of the one cns instance unless given.") var folder: String?
    @Flag(help: "Apply the difference.") var yes = false
    @Option(help: "The digest that an earlier run has printed; another list is refused.") var expect: String?

    func run() async throws {
      let configuration = try options.load()
      let store = TrustedListStore(folder: try folder ?? TrustCommand.folder(configuration))
      let importer = TrustedListImport(signers: try signers(), store: store)
      let outcome = try await answering { try importer.examine(file: file, at: Date()) }
      switch outcome {
      case .refused(let refusal): throw StartError.refused("\(file): \(refusal.code): \(refusal)")
      case .nothingToDo(let state):
        try demandExpected(state)
        guard !list.json else { return try Console.json(View(state, nil, isApplied: false)) }
        describe(state, nil)
      case .update(let update):
        try demandExpected(update.state)
        try await report(update, importer, configuration)
      }
    }

    /// What would change stands there before it does; that it has been applied, only after.
    private func report(
      _ update: TrustedListUpdate, _ importer: TrustedListImport, _ configuration: BrokerConfiguration
    ) async throws {
      if !list.json { describe(update.state, update.difference) }
      if yes { try await apply(update, importer, configuration) }
      if list.json {
        try Console.json(View(update.state, update.difference, isApplied: yes))
      } else {
        Console.print(
          yes
            ? "applied"
            : "nothing was changed; to apply exactly this, add --yes --expect \(update.state.contentDigest)")
      }
      guard yes else { throw ExitCode(1) }
    }

    private func demandExpected(_ state: TrustedListState) throws(StartError) {
      guard let expect, expect.lowercased() != state.contentDigest else { return }
      throw .refused("\(file): its digest is \(state.contentDigest), not the expected one; nothing was changed")
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
      let result: Result<Void, any Error>
      do { result = .success(try await recordAndApply(update, importer, installation)) } catch {
        result = .failure(error)
      }
      await installation.close()
      try result.get()
    }

    /// Who may log in as anybody is on record before it counts: without the record nothing is applied.
    private func recordAndApply(
      _ update: TrustedListUpdate, _ importer: TrustedListImport, _ installation: Installation
    ) async throws(StartError) {
      try await record("begun", update, installation)
      do { try await answering { try importer.apply(update) } } catch {
        do { try await record("failed", update, installation) } catch let second {
          Console.error("the failure is not in the audit log: \(second.text)")
        }
        throw error
      }
    }

    private func record(
      _ outcome: String, _ update: TrustedListUpdate, _ installation: Installation
    ) async throws(StartError) {
      let entry = AuditEntry(
        .trustImported, by: staff.actor,
        [
          "outcome": outcome, "sequence": "\(update.state.sequenceNumber)", "digest": update.state.contentDigest,
          "added": Import.fingerprints(update.difference.added),
          "removed": Import.fingerprints(update.difference.removed),
        ], at: installation.world.now())
      try await answering { try await AuditStore(installation.ledger).record(entry) }
    }

    private static func fingerprints(_ anchors: [TrustAnchor]) -> String {
      anchors.map(\.fingerprint.hexadecimal).joined(separator: " ")
    }

    private func describe(_ state: TrustedListState, _ difference: AnchorDifference?) {
      Console.print(
        "list \(state.sequenceNumber) of \(state.territory), next update \(state.nextUpdate.ISO8601Format())")
      Console.print("digest \(state.contentDigest)")
      Console.print(difference?.description ?? "this list is installed already; nothing to do")
    }
  }

  private struct View: Encodable {
    struct Anchor: Encodable {
      let service: String
      let fingerprint: String

      init(_ anchor: TrustAnchor) {
        service = anchor.service
        fingerprint = anchor.fingerprint.hexadecimal
      }
    }
    let sequence: Int
    let digest: String
    /// ISO 8601.
    let nextUpdate: String
    let applied: Bool
    let added: [Anchor]
    let removed: [Anchor]
    let unchanged: Int

    init(_ state: TrustedListState, _ difference: AnchorDifference?, isApplied: Bool) {
      sequence = state.sequenceNumber
      digest = state.contentDigest
      nextUpdate = state.nextUpdate.ISO8601Format()
      applied = isApplied
      added = (difference?.added ?? []).map(Anchor.init)
      removed = (difference?.removed ?? []).map(Anchor.init)
      unchanged = difference?.unchanged.count ?? state.services.count
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
