import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read the configuration, load every module, ask those outside, and report every problem at once.")
  @OptionGroup var options: InstallationOptions

  func run() async throws {
    let configuration = try options.load()
    for warning in configuration.warnings { Console.error("warning: \(warning)") }
    let verdict = ModuleVerdict(try await configuration.moduleHealth())
    for (instance, meaning, reason) in verdict.absences {
      Console.error("warning: \(instance): \(meaning): \(reason)")
    }
    try verdict.refuse()
    let instances = configuration.instances.filter(\.row.isEnabled).map(\.row.instance.description)
    Console.print("\(options.path): in order; authenticators: \(instances.joined(separator: ", "))")
  }
}
