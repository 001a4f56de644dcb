public import AuthenticatorKit
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Serves a module on a Unix socket, as a process of its own: the whole of such a program's `main`.
///
/// Runs until SIGTERM or SIGINT. The socket is taken over if nobody listens on it any more, and belongs to the user and
/// group of the process, who may both connect.
/// - Parameters:
///   - socket: where to listen; its folder must exist.
///   - place: what the module gets of the world.
///   - version: of the module, for the operator of the gateway.
/// - Throws: ``ServeError`` or `ConfigurationError`, before anything is served.
public func serve<Module: AuthenticatorModule>(
  _ type: Module.Type, socket: String, place: ServingPlace = ServingPlace(), version: String? = nil
) async throws {
  try await serve(type, socket: socket, place: place, version: version, meanwhile: nil)
}

/// The same, for as long as something else goes on in this process.
package func serve<Module: AuthenticatorModule>(
  _ type: Module.Type, socket: String, place: ServingPlace = ServingPlace(), version: String? = nil,
  meanwhile: Meanwhile?
) async throws {
  // A gateway that has gone must end an answer, and not the process.
  signal(SIGPIPE, SIG_IGN)
  let logger = Logger(label: Module.type)
  var settings = try place.readSettings()
  let module = try Module(settings: &settings, context: try place.context(for: Module.type))
  try settings.finish()
  for warning in module.warnings { logger.warning("\(warning)") }
  try await SocketFile.refuseIfInUse(socket)
  let routes = WireRoutes(module: module, name: Module.type, version: version, logger: logger)
  let file = try SocketFile(socket)
  let server = ModuleServer(routes: routes, file: file, meanwhile: meanwhile)
  let services: [any Service] = [server] + (module.background.map { [ServedWork(work: $0)] } ?? [])
  let group = ServiceGroup(
    configuration: .init(
      services: services.map { .init(service: $0) } + (meanwhile.map { [$0.configuration] } ?? []),
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quiet))
  defer { file.remove() }
  try await group.run()
}

/// Why a module cannot be served.
public struct ServeError: Error, CustomStringConvertible {
  public let description: String
}

/// What a module does beside logins.
private struct ServedWork: Service {
  let work: any BackgroundWork
  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      await work.run()
      try await gracefulShutdown()
    }
  }
}

extension Logger {
  /// The server's own words matter only where something is wrong.
  fileprivate var quiet: Logger {
    var logger = self
    logger.logLevel = .warning
    return logger
  }
}
