import ArgumentParser
import ModuleWire

/// The module of the measurement, as a process of its own.
struct ServeModuleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-module", abstract: "Serve a module that does next to nothing, until SIGTERM.")
  @Argument(help: "The Unix socket to listen on.") var socket: String

  func run() async throws { try await serve(WatchwordModule.self, socket: socket) }
}
