import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore
import RemoteModules

struct ModulePseudonymCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pseudonym",
    abstract: "Say by which name a second factor in another process knows a citizen, for its enrolment.",
    discussion: "The name is the same for ever, means nothing to another instance, and can be computed here only.")
  @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
  @Option(help: "The authenticator instance.") var instance: String
  @OptionGroup var options: InstallationOptions
  @OptionGroup var list: ListOptions

  private struct View: Encodable {
    let instance: String
    let pseudonym: String
  }

  func run() async throws {
    let code = try code.parsed()
    let installation = try await options.open()
    let found = try configured(installation.configuration)
    _ = try await CitizenCommand.find(code, CitizenStore(installation.ledger))
    let context = installation.context(for: found.row, pins: try installation.pins())
    let view = View(instance: instance, pseudonym: context.storage.pseudonym(of: code))
    await installation.close()
    if list.json { try Console.json(view) } else { Console.print(view.pseudonym) }
  }

  private func configured(_ configuration: BrokerConfiguration) throws(StartError) -> InstanceConfiguration {
    guard let found = configuration.instances.first(where: { $0.row.instance.description == instance }) else {
      throw .usage("the configuration has no such authenticator instance")
    }
    guard found.type == RemoteAuthenticator.type, !found.row.isPrimary else {
      throw .refused("\(instance) is no second factor in another process: it is told no pseudonym")
    }
    var settings = found.settings
    guard (try? settings.boolean("learns_fiscal_code", default: false)) == false else {
      throw .refused("\(instance) is told the fiscal code (learns_fiscal_code), and no pseudonym")
    }
    return found
  }
}
