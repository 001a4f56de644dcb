import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore
import TOTP

struct TOTPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "totp", abstract: "Second factors with an authenticator app.",
    subcommands: [Enroll.self, Remove.self])

  struct Enroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a secret for a citizen's app and show it as a QR code; an older one is worth nothing any more.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Option(help: "What the app shows beside the issuer; not the fiscal code.") var label = "cittadino"
    @Option(help: "The instance of type totp.") var instance = "totp"
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      _ = try await CitizenCommand.find(code, CitizenStore(installation.ledger))
      let enrolment = try await TOTPCommand.enrolment(instance, installation)
      let uri = try await answering { try await enrolment.enrol(code, label: label) }
      try await TOTPCommand.record(.factorEnrolled, code, instance, staff, installation)
      await installation.close()
      let text = uri.utf8Text ?? ""
      if let picture = QRCode.terminal(text) { Console.print(picture) }
      Console.print(text)
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget a citizen's secret.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Option(help: "The instance of type totp.") var instance = "totp"
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let enrolment = try await TOTPCommand.enrolment(instance, installation)
      guard try await answering({ try await enrolment.remove(code) }) else {
        throw StartError.refused("the citizen has no such second factor")
      }
      try await TOTPCommand.record(.factorRemoved, code, instance, staff, installation)
      await installation.close()
      Console.print("removed")
    }
  }

  /// The enrolment of a configured instance, with the very settings that its logins use.
  static func enrolment(_ name: String, _ installation: Installation) async throws -> TOTPEnrolment {
    guard
      let instance = installation.configuration.instances.first(where: {
        $0.row.instance.description == name && $0.type == TOTPAuthenticator.type
      })
    else { throw StartError.refused("the configuration has no instance \(name) of type totp") }
    let pins = try installation.pins()
    var settings = instance.settings
    return try TOTPAuthenticator(
      settings: &settings, context: installation.context(for: instance.row, pins: pins)
    ).enrolment
  }

  static func record(
    _ kind: AuditKind, _ code: FiscalCode, _ instance: String, _ staff: StaffOptions, _ installation: Installation
  ) async throws {
    let entry = AuditEntry(
      kind, by: staff.actor, about: code, ["instance": instance], at: installation.world.now())
    try await answering { try await AuditStore(installation.ledger).record(entry) }
  }
}
