import AccessModel
import AuthenticatorKit
import BrokerCore
import GatewayHTTP

/// What the health of the modules means for the operator: what ends a start, and what is only said.
struct ModuleVerdict: Sendable {
  /// Can never work with this configuration.
  let problems: [String]
  /// Nobody logs in through them now, which is no reason not to start: what that means, and why.
  let absences: [(instance: InstanceID, meaning: String, reason: String)]

  init(_ modules: [InstanceHealth]) {
    problems = modules.compactMap { module in
      guard case .unusable(let reason) = module.health else { return nil }
      return "authenticators: \(module.instance): \(reason)"
    }
    absences = modules.compactMap { module in
      return switch module.health {
      case .away(let reason): (module.instance, "module is away: its logins are refused until it is back", reason)
      case .foreign(let reason):
        (module.instance, "module is another user's: its logins are refused until that is mended", reason)
      case .ready, .unusable: nil
      }
    }
  }

  func refuse() throws(StartError) {
    guard problems.isEmpty else { throw .opening(problems.joined(separator: "\n")) }
  }
}

extension BrokerConfiguration {
  /// Every enabled instance, built from its settings; those that are switched off are read as well.
  /// - Throws: ``StartError/configuration(path:_:)`` with every problem.
  func authenticators(
    in context: (RightsPolicy.Row) -> AuthenticatorContext
  ) throws(StartError) -> [InstanceID: any Authenticator] {
    var built: [InstanceID: any Authenticator] = [:]
    var problems: [ConfigurationProblem] = []
    for instance in instances {
      do throws(ConfigurationError) {
        let made = try builtInModules.make(
          type: instance.type, settings: instance.settings, context: context(instance.row))
        if instance.row.isEnabled { built[instance.row.instance] = made }
      } catch {
        problems.append(contentsOf: error.problems)
      }
    }
    guard problems.isEmpty else { throw .configuration(path: "authenticators", ConfigurationError(problems)) }
    return built
  }

  /// Asks the modules from here, without a store and beside a gateway that may be running.
  func moduleHealth() async throws(StartError) -> [InstanceHealth] {
    let issuer = issuer
    return await InstanceHealth.of(
      try authenticators { row in
        AuthenticatorContext(
          instance: row.instance, issuer: issuer, credentials: UnavailableVault("no vault"),
          storage: UnavailableStorage("no storage"), world: .system, ceiling: row.ceiling, level: row.level)
      })
  }
}
