import AccessModel
import ArgumentParser
import TokenService

extension ClientCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the clients.")
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let id: String
      let name: String
      let method: String
      let grants: [String]
      let scope: String
      let resources: [String]
      let introspects: [String]
      let firstParty: Bool
    }

    func run() async throws {
      let installation = try await options.open()
      let clients = try await answering { try await installation.registry.clients() }
      await installation.close()
      let views = clients.map { client in
        View(
          id: client.id, name: client.name, method: client.method.rawValue,
          grants: client.grants.map(\.rawValue).sorted(), scope: client.scopes.description,
          resources: client.resources, introspects: client.introspects, firstParty: client.isFirstParty)
      }
      if list.json { return try Console.json(views) }
      if views.isEmpty { Console.print("there is no client yet; add one with `varco client add`") }
      for view in views {
        Console.print("\(view.id)  \(view.method)  \(view.grants.joined(separator: ","))  \(view.scope)")
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a client; its tokens are worth nothing from then on.")
    @Argument(help: "The client id.") var id: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let installation = try await options.open()
      try await answering { try await installation.registry.remove(id, by: staff.actor) }
      await installation.close()
      Console.print("client \(id) removed")
    }
  }
}
