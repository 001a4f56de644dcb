import AccessModel
import ArgumentParser
import AuthenticatorKit
import BrokerCore
import BrokerStore

extension CitizenCommand {
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one citizen.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @OptionGroup var options: InstallationOptions
    @OptionGroup var list: ListOptions

    private struct View: Encodable {
      let id: String
      let givenName: String
      let familyName: String
      let state: String
      let profiles: [String]
      let contacts: [String]
    }

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let store = CitizenStore(installation.ledger)
      let citizen = try await CitizenCommand.find(code, store)
      let contacts = try await answering { try await store.contacts(of: citizen.id) }
      await installation.close()
      let view = View(
        id: citizen.id.description, givenName: citizen.givenName, familyName: citizen.familyName,
        state: citizen.state.rawValue, profiles: citizen.profiles.map(\.description).sorted(),
        contacts: contacts.map { "\($0.kind.rawValue): \($0.value)" }.sorted())
      if list.json { return try Console.json(view) }
      Console.print("\(view.givenName) \(view.familyName), \(view.state)")
      Console.print("profiles: \(view.profiles.joined(separator: ", "))")
      for contact in view.contacts { Console.print(contact) }
    }
  }

  struct State: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-state", abstract: "Set a citizen active, suspended or deceased; what is open ends.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @Argument(help: "active, suspended or deceased.") var state: String
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      guard let state = Citizen.State(rawValue: state) else { throw StartError.usage("active, suspended or deceased") }
      let installation = try await options.open()
      let store = CitizenStore(installation.ledger)
      let citizen = try await CitizenCommand.find(code, store)
      let audit = AuditEntry(
        .citizenChanged, by: staff.actor, about: code, ["state": state.rawValue], at: installation.world.now())
      try await answering { try await store.setState(state, of: citizen.id, audit: audit) }
      await installation.close()
      Console.print("the citizen is \(state.rawValue)")
    }
  }

  struct EndSessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End every session of a citizen, with its tokens; PINs stay as they are.")
    @Argument(help: "The fiscal code.") var code: FiscalCodeArgument
    @OptionGroup var options: InstallationOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      let code = try code.parsed()
      let installation = try await options.open()
      let citizen = try await CitizenCommand.find(code, CitizenStore(installation.ledger))
      let audit = AuditEntry(.sessionEnded, by: staff.actor, about: code, at: installation.world.now())
      try await answering {
        try await SessionStore(installation.ledger).endAll(of: citizen.id, reason: "operator", audit: audit)
      }
      await installation.close()
      Console.print("every session has ended")
    }
  }

  static func find(_ code: FiscalCode, _ store: CitizenStore) async throws(StartError) -> Citizen {
    guard let citizen = try await answering({ try await store.citizen(with: code) }) else {
      throw .refused("there is no citizen with this fiscal code")
    }
    return citizen
  }
}
