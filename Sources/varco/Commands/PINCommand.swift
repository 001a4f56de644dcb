import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerStore
import PINService

struct PINCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "PINs, as an operator handles them at a counter.",
    subcommands: [Issue.self, Convert.self, Reset.self, Revoke.self, Status.self])

  struct Issue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Issue a PIN of 16 characters, shown once; the first login forces its change.",
      discussion: "A PIN that the citizen has already ends, with every session that rests on it.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Option(help: "ordinario, or dispositivo after the identity was checked with a document.") var grade: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let pin: String
      let grade: String
      let credential: String
    }

    func run() async throws {
      let code = try code.parsed()
      let grade = try PINCommand.grade(grade)
      let installation = try await options.open()
      let pins = try installation.pins()
      let issued = try await answering { try await pins.issue(to: code, grade: grade, by: staff.actor) }
      await installation.close()
      let text = issued.display.utf8Text ?? ""
      if list.json {
        return try Console.json(View(pin: text, grade: grade.rawValue, credential: issued.credential.description))
      }
      Console.print("PIN \(grade.rawValue): \(text)")
      Console.print("It is shown this once. The first login asks for a new one of 8 characters.")
    }
  }

  struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a PIN dispositivo, or ordinario again; the PIN itself stays as it is.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Option(help: "dispositivo or ordinario.") var grade: String = "dispositivo"
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let grade = try PINCommand.grade(grade)
      let installation = try await options.open()
      let pins = try installation.pins()
      try await answering { _ = try await pins.setGrade(of: code, to: grade, by: staff.actor) }
      await installation.close()
      Console.print("the PIN is \(grade.rawValue)")
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lift the lock of a PIN after too many failures; the PIN itself stays as it is.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let pins = try installation.pins()
      try await answering { try await pins.unlock(code, by: staff.actor) }
      await installation.close()
      Console.print("the PIN is not locked")
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a PIN; every session, token and conversation that rests on it ends.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Option(help: "A word for the audit log, without personal data.") var reason: String = "operator"
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let pins = try installation.pins()
      try await answering { try await pins.revoke(code, reason: reason, by: staff.actor) }
      let links = try await answering { try await PINCommand.links(of: code, installation) }
      await installation.close()
      Console.print("the PIN is revoked")
      guard links > 0 else { return }
      // Whoever held the PIN may have made them.
      Console.print("links to other ways of logging in that stay: \(links); look at them with `varco link list`")
    }
  }

  private static func links(of code: FiscalCode, _ installation: Installation) async throws -> Int {
    let store = CitizenStore(installation.ledger)
    guard let citizen = try await store.citizen(with: code) else { return 0 }
    return try await store.links(of: citizen.id).count
  }

  static func grade(_ text: String) throws(StartError) -> CredentialGrade {
    guard let grade = CredentialGrade(rawValue: text) else { throw .usage("--grade is ordinario or dispositivo") }
    return grade
  }
}

extension PINError: CommandAnswer {
  var startError: StartError {
    switch self {
    case .unknownCitizen, .citizenNotActive, .noPIN, .conflict: .refused(description)
    case .unknownPepper: .opening(description)
    case .broken, .busy, .unavailable: .store(.unavailable(description))
    case .store(let error): .store(error)
    }
  }
}
