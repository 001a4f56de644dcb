import ArgumentParser
import BrokerStore
import Logging

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the gateway.")
  @OptionGroup var options: InstallationOptions

  func run() async throws {
    let configuration = try options.load()
    let logger = LoggingSetup.start(configuration.logLevel)
    for warning in configuration.warnings { logger.warning("\(warning)") }
    try Listener.check(configuration)
    let installation = try await Installation.open(configuration)
    let broker = try await Broker.build(installation, logger: logger)
    logger.info(
      "starting",
      metadata: [
        "issuer": "\(configuration.issuer)", "listen": "\(configuration.listen.host):\(configuration.listen.port)",
        "admin": "\(configuration.admin.host):\(configuration.admin.port)",
      ])
    try await broker.run(logger: logger)
  }
}

/// Logs go to standard error, one line each.
enum LoggingSetup {
  static func start(_ level: Logger.Level) -> Logger {
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    return Logger(label: "varco")
  }
}

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the schema of the store up to date.")
  @OptionGroup var options: InstallationOptions

  func run() async throws {
    let database = try Installation.openDatabase(try options.load())
    let (from, to) = try await answering { try await Schema.migrate(database) }
    await database.close()
    Console.print(
      from == to ? "the schema is up to date, version \(to)" : "schema migrated from version \(from) to \(to)")
  }
}
