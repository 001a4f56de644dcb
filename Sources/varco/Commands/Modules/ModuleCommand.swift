import ArgumentParser

struct ModuleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "module", abstract: "The authenticator modules.",
    subcommands: [
      ModuleListCommand.self, ModuleCheckCommand.self, ModuleNewCommand.self, ModulePseudonymCommand.self,
    ])
}
