import AccessModel
import AuthenticatorKit

/// Decides whether a name and a password belong together, by the directory's word.
struct DirectoryDesk: Sendable {
  enum Verdict: Sendable, Equatable {
    /// - Parameter subject: the value of the attribute that names people for good.
    case proven(subject: String)
    case refused
    case mustChange
  }

  private let settings: LDAPSettings
  private let world: World
  private let pool: DirectoryPool

  init(settings: LDAPSettings, world: World) {
    self.settings = settings
    self.world = world
    pool = DirectoryPool(threads: settings.connections, waiting: settings.connections * 4)
  }

  func check(_ name: PersonName, _ password: Secret) async throws(AuthenticatorFault) -> Verdict {
    let limit = TimeLimit(settings.timeout, world: world)
    return try await pool.run { judge(name, password, limit) }.get()
  }

  private func judge(
    _ name: PersonName, _ password: Secret, _ limit: TimeLimit
  ) -> Result<Verdict, AuthenticatorFault> {
    do throws(DirectoryFault) {
      let connection = try open(limit)
      return decide(try find(name, over: connection), password, over: connection)
    } catch { return .failure(.unavailable(error.words)) }
  }

  /// From here on a fault may hide a wrong password.
  private func decide(
    _ found: SearchAnswer, _ password: Secret, over connection: DirectoryConnection
  ) -> Result<Verdict, AuthenticatorFault> {
    do throws(DirectoryFault) {
      guard case .one(let entry) = found else {
        // A name that nobody has, or more than one, costs what a wrong password costs.
        _ = try connection.bind(as: settings.decoy, password)
        return .success(.refused)
      }
      return .success(try verdict(try connection.bind(as: entry.name, password), entry))
    } catch { return .failure(.undecided(error.words)) }
  }

  private func verdict(_ answer: BindAnswer, _ entry: DirectoryEntry) throws(DirectoryFault) -> Verdict {
    switch answer {
    case .refused: return .refused
    case .mustChange: return .mustChange
    case .proven:
      guard let subject = entry.subject else {
        throw DirectoryFault(
          description: "an entry has not one value of text in the attribute \(settings.subject.text)")
      }
      return .proven(subject: subject)
    }
  }

  /// A connection that may search.
  private func open(_ limit: TimeLimit) throws(DirectoryFault) -> DirectoryConnection {
    let connection = try DirectoryConnection(settings.server, authorities: settings.authorities, limit: limit)
    guard let account = settings.account else { return connection }
    guard try connection.bind(as: account.name, account.password) == .proven else {
      throw DirectoryFault(description: "the account that searches is refused")
    }
    return connection
  }

  private func find(
    _ name: PersonName, over connection: DirectoryConnection
  ) throws(DirectoryFault) -> SearchAnswer {
    try connection.search(
      under: settings.base, settings.filter.filter(for: name.text), attribute: settings.subject)
  }
}

extension DirectoryDesk: AuthenticatorHealth {
  func state() async -> HealthState {
    let limit = TimeLimit(settings.timeout, world: world)
    do throws(AuthenticatorFault) {
      return try await pool.run { look(limit) }
    } catch { return .away("too many logins wait for the directory") }
  }

  /// Everything that a login does but for the person's bind.
  private func look(_ limit: TimeLimit) -> HealthState {
    do throws(DirectoryFault) {
      let connection = try open(limit)
      if let nobody = PersonName("-") { _ = try find(nobody, over: connection) }
      return .ready("\(settings.server.url) answers")
    } catch { return .away(error.description) }
  }
}
