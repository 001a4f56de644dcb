import ArgumentParser
import Foundation

/// The program. Exit status: 0 done, 1 no, 2 usage or configuration, 70 our fault.
@main
struct Varco: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "varco",
    abstract: "A login broker that keeps the right to consult apart from the right to dispose.",
    discussion: "Every command but demo, check, key new and cert verify works on the installation that --config names.",
    version: "0.1.0",
    subcommands: [
      ServeCommand.self, DemoCommand.self, CheckCommand.self, MigrateCommand.self, CitizenCommand.self,
      PINCommand.self, ClientCommand.self, ServiceCommand.self, KeyCommand.self, AuditCommand.self, CertCommand.self,
      TrustCommand.self,
      ModuleCommand.self, LinkCommand.self, TOTPCommand.self,
    ])

  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    // Whatever is made here is for its owner only: the store holds personal data.
    umask(0o077)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let error as StartError {
      Console.error(error.text)
      Foundation.exit(error.status)
    } catch {
      end(error)
    }
  }

  private static func end(_ error: any Error) -> Never {
    let status = exitCode(for: error)
    guard status == .validationFailure else {
      if status == .success || error is ExitCode { exit(withError: error) }
      Console.error("unexpected: \(type(of: error))")
      Foundation.exit(70)
    }
    Console.error(fullMessage(for: error))
    Foundation.exit(2)
  }
}
