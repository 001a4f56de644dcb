import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore

/// Who a module's own subject is: an operator's act, after an identity check.
struct LinkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link", abstract: "Whom the names of a module that has names of its own mean.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Link a subject of an authenticator instance to a citizen, after their identity was checked.")
    @OptionGroup var link: LinkOptions
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      try await link.act(options, staff, .linkMade) { store, instance, subject, citizen, audit in
        try await store.link(instance: instance, subject: subject, to: citizen, audit: audit)
      }
      Console.print("linked")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a link, and every session of its citizen.")
    @OptionGroup var link: LinkOptions
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      try await link.act(options, staff, .linkRemoved) { store, instance, subject, citizen, audit in
        try await store.unlink(instance: instance, subject: subject, of: citizen, audit: audit)
      }
      Console.print("the link and every session of the citizen have ended")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the links of a citizen.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let instance: String
      let subject: String
    }

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let store = CitizenStore(installation.ledger)
      let citizen = try await CitizenCommand.find(code, store)
      let links = try await answering { try await store.links(of: citizen.id) }
      await installation.close()
      let views = links.map { View(instance: $0.instance, subject: $0.subject) }
      if list.json { return try Console.json(views) }
      if views.isEmpty { return Console.print("the citizen has no links") }
      for view in views { Console.print("\(view.instance)  \(Console.shown(view.subject))") }
    }
  }
}

/// Which link.
struct LinkOptions: ParsableArguments {
  @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
  @Option(help: "The authenticator instance.") var instance: String
  @Option(help: "The subject, as the instance names it.") var subject: String

  typealias Act = (CitizenStore, InstanceID, String, CitizenID, AuditEntry) async throws -> Void

  func act(
    _ options: InstallationOptions, _ staff: StaffOptions, _ kind: AuditKind, _ body: Act
  ) async throws {
    let code = try code.parsed()
    guard (1...512).contains(subject.utf8.count) else { throw StartError.usage("a subject has 1 to 512 bytes") }
    let installation = try await options.open()
    guard let instance = InstanceID(instance),
      installation.configuration.instances.contains(where: { $0.row.instance == instance })
    else { throw StartError.usage("the configuration has no such authenticator instance") }
    let store = CitizenStore(installation.ledger)
    let citizen = try await CitizenCommand.find(code, store)
    let audit = AuditEntry(
      kind, by: staff.actor, about: code, ["instance": instance.description], at: installation.world.now())
    try await answering { try await body(store, instance, subject, citizen.id, audit) }
    await installation.close()
  }
}
