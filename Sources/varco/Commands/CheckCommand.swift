import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read the configuration, load every module, and report every problem at once.")
  @OptionGroup var options: InstallationOptions

  func run() async throws {
    let configuration = try options.load()
    try checkModules(configuration)
    for warning in configuration.warnings { Console.error("warning: \(warning)") }
    let instances = configuration.instances.filter(\.row.isEnabled).map(\.row.instance.description)
    Console.print("\(options.path): in order; authenticators: \(instances.joined(separator: ", "))")
  }

  /// Builds every module, without a store, so that its own settings are read.
  private func checkModules(_ configuration: BrokerConfiguration) throws(StartError) {
    var problems: [ConfigurationProblem] = []
    for instance in configuration.instances {
      if let error = ModuleNature.problems(of: instance) { problems.append(contentsOf: error.problems) }
    }
    guard problems.isEmpty else { throw .configuration(path: options.path, ConfigurationError(problems)) }
  }
}
