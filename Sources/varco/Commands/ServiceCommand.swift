import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation

struct ServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service", abstract: "The catalogue of services.", subcommands: [Apply.self, List.self])

  struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put a catalogue into force; a running gateway takes it up within a second.")
    @Argument(help: "The YAML file.") var file: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw StartError.file(path: file, "cannot be read")
      }
      let catalogue: ServiceCatalogue
      do { catalogue = try ServiceCatalogue(YAMLSettings.parse(text)) } catch {
        throw StartError.configuration(path: file, error)
      }
      let installation = try await options.open()
      let now = installation.world.now()
      let audit = AuditEntry(
        .catalogueApplied, by: staff.actor, ["services": "\(catalogue.services.count)"], at: now)
      try await answering { try await CatalogueStore(installation.ledger).apply(text, at: now, audit: audit) }
      await installation.close()
      Console.print("\(catalogue.services.count) services, \(catalogue.resources.count) resources in force")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the services with their areas and rights.")
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let id: String
      let name: String
      let areas: [String]
      let rights: [String]
      let operations: [String]
    }

    func run() async throws {
      let installation = try await options.open()
      let catalogue = try await installation.catalogue()
      await installation.close()
      let views = catalogue.services.values.sorted { $0.id.description < $1.id.description }.map { service in
        View(
          id: service.id.description, name: service.name, areas: service.areas.map(\.description).sorted(),
          rights: service.rights.map(\.scopePrefix).sorted(), operations: service.operations.map(\.id.description))
      }
      if list.json { return try Console.json(views) }
      if views.isEmpty { Console.print("the catalogue is empty; put one into force with `varco service apply`") }
      for view in views {
        Console.print(
          "\(view.id)  \(view.rights.joined(separator: ","))  \(view.areas.joined(separator: ","))  \(view.name)")
      }
    }
  }
}
