import AccessModel
import ArgumentParser
import AuthenticatorKit
import Foundation
import RemoteModules

/// One login after the other through a module that is built in and through the same one in another process, in turns.
struct ModulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modules",
    abstract: "Log in here and at serve-module, and print the microseconds of begin and resume together.")
  @Option(help: "The socket of serve-module.") var socket: String
  @Option(help: "How many logins each way.") var pairs = 4000
  @Option(help: "How many logins each way before those that count.") var warmup = 1000

  func validate() throws {
    guard (100...1_000_000).contains(pairs) else { throw ValidationError("--pairs is a number from 100 to 1000000") }
    guard (0...1_000_000).contains(warmup) else { throw ValidationError("--warmup is a number from 0 to 1000000") }
  }

  func run() async throws {
    var nothing = Settings()
    let builtIn = try WatchwordModule(settings: &nothing, context: try Self.context())
    var settings = Self.settings(socket)
    let remote = try RemoteAuthenticator(settings: &settings, context: try Self.context())
    _ = try await Self.times(warmup, builtIn, remote)
    let (here, there) = try await Self.times(pairs, builtIn, remote)
    print("{\"built_in\": \(Self.summary(here)), \"remote\": \(Self.summary(there))}")
  }

  /// Login by login in turns, and every other time the other way first.
  private static func times(
    _ count: Int, _ builtIn: any Authenticator, _ remote: any Authenticator
  ) async throws -> (builtIn: [Double], remote: [Double]) {
    var taken: (builtIn: [Double], remote: [Double]) = ([], [])
    for number in 0..<count {
      if number % 2 == 0 { taken.builtIn.append(try await login(builtIn)) }
      taken.remote.append(try await login(remote))
      if number % 2 == 1 { taken.builtIn.append(try await login(builtIn)) }
    }
    return taken
  }

  /// The microseconds of a login, which has to succeed.
  private static func login(_ module: any Authenticator) async throws -> Double {
    let clock = ContinuousClock()
    let answer = LoginAnswer(["account": Secret("anna"), "watchword": WatchwordModule.watchword])
    let start = clock.now
    guard case .prompt(_, let state) = try await module.begin(LoginRequest(purpose: .firstLogin)),
      case .verified(let identity) = try await module.resume(answer, from: state)
    else { throw ValidationError("the module refused") }
    let taken = start.duration(to: clock.now) / .microseconds(1)
    guard identity.subject == .local("anna") else { throw ValidationError("the module named somebody else") }
    return taken
  }

  private static func summary(_ times: [Double]) -> String {
    let ordered = times.sorted()
    let (half, most) = (ordered[ordered.count / 2], ordered[ordered.count * 99 / 100])
    return "{\"p50\": \(half), \"p99\": \(most)}"
  }

  private static func context() throws -> AuthenticatorContext {
    guard let instance = InstanceID(WatchwordModule.type) else { throw ValidationError("no instance") }
    return AuthenticatorContext(
      instance: instance, issuer: "https://varco.example", credentials: UnavailableVault("no vault"),
      storage: UnavailableStorage("no storage"), world: .system)
  }

  private static func settings(_ socket: String) -> Settings {
    let pairs = [("socket", socket), ("deadline", "10s")]
    return Settings(
      path: "settings", entries: pairs.map { Settings.Entry(key: $0.0, line: 0, value: .scalar($0.1, line: 0)) })
  }
}
