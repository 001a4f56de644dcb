import ArgumentParser

/// What a measurement of the gateway is compared with, and the data that it needs; `Benchmarks/bench.py` drives it.
@main
struct VarcoBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "varco-bench", abstract: "The other side of every ratio that `make bench` prints.",
    subcommands: [
      BareCommand.self, HashesCommand.self, CitizensCommand.self, PathsCommand.self, ListCommand.self,
      ModulesCommand.self, ServeModuleCommand.self,
    ])
}
