import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import GatewayHTTP

struct ModuleListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the modules that this program has, the configuration's instances, and how those outside are.",
    discussion: """
      The running gateway is asked on its admin listener; it alone knows the circuits. If it does not answer, the modules \
      in other processes are asked from here.
      """)
  @OptionGroup var options: InstallationOptions
  @OptionGroup var list: ListOptions

  private struct View: Encodable {
    let types: [String]
    /// Who says how the instances are: the gateway, or this command.
    let asked: String
    let instances: [Instance]
  }

  private struct Instance: Encodable {
    let id: String
    let type: String
    let enabled: Bool
    let right: String
    let level: String
    let acr: String
    /// nil for what needs nothing outside the gateway.
    let health: InstanceHealth?
  }

  func run() async throws {
    let configuration = try options.load()
    let gateway = RunningGateway(admin: configuration.admin)
    let answered = await gateway.modules()
    let health = if let answered { answered } else { try await configuration.moduleHealth() }
    let instances = configuration.instances.map { instance in
      Instance(
        id: instance.row.instance.description, type: instance.type, enabled: instance.row.isEnabled,
        right: instance.row.effectiveRight.rawValue, level: instance.row.level.description, acr: instance.row.acr,
        health: health.first { $0.instance == instance.row.instance })
    }
    let view = View(
      types: builtInModules.types, asked: answered == nil ? "command" : "gateway", instances: instances)
    if list.json { return try Console.json(view) }
    if answered == nil, !health.isEmpty {
      Console.error(
        "no gateway answers at \(gateway.address): the modules were asked from here, circuits are not known")
    }
    print(view)
  }

  private func print(_ view: View) {
    Console.print("modules: \(view.types.joined(separator: ", "))")
    for instance in view.instances {
      let words = [
        instance.id, instance.type, instance.enabled ? "on" : "off", instance.right, instance.level, instance.acr,
      ]
      let health = instance.health.map { ["\($0.health.word): \(Console.shown($0.health.text))"] } ?? []
      Console.print((words + health).joined(separator: "  "))
    }
  }
}
