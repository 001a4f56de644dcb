import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore

struct ModuleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "module", abstract: "The authenticator modules.", subcommands: [List.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the modules that this program has, and the instances that the configuration makes of them.")
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let types: [String]
      let instances: [Instance]
    }

    private struct Instance: Encodable {
      let id: String
      let type: String
      let enabled: Bool
      let right: String
      let level: String
      let acr: String
    }

    func run() async throws {
      let configuration = try options.load()
      let instances = configuration.instances.map { instance in
        Instance(
          id: instance.row.instance.description, type: instance.type, enabled: instance.row.isEnabled,
          right: instance.row.effectiveRight.rawValue, level: instance.row.level.description, acr: instance.row.acr)
      }
      let view = View(types: builtInModules.types, instances: instances)
      if list.json { return try Console.json(view) }
      Console.print("modules: \(view.types.joined(separator: ", "))")
      for instance in view.instances {
        let state = instance.enabled ? "on" : "off"
        Console.print(
          "\(instance.id)  \(instance.type)  \(state)  \(instance.right)  \(instance.level)  \(instance.acr)")
      }
    }
  }
}
