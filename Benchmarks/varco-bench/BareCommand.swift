import ArgumentParser
import Hummingbird
import HummingbirdCore
import Logging

/// The least that a Hummingbird server can do: one route, one constant.
///
/// Listener and event loops are set up as those of the gateway's plain listener are, so that a ratio shows the route
/// and what lies around it, and nothing else.
struct BareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bare", abstract: "Serve a constant at /forward-auth, on loopback.")
  @Option(help: "The port.") var port: Int

  func run() async throws {
    var logger = Logger(label: "bare")
    logger.logLevel = .warning
    let router = Router()
    router.get("forward-auth") { _, _ in "ok" }
    let server = Application(
      router: router, server: .http1(configuration: BareCommand.limits),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)), logger: logger)
    try await server.runService()
  }

  private static var limits: HTTP1Channel.Configuration {
    var limits = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
    limits.httpDecoder = .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
    return limits
  }
}
