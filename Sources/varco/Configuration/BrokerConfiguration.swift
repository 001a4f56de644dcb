import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import GatewayHTTP
import Logging
import PINService
import Sealing
import TokenService

/// The whole configuration, decoded once into values (architecture: one file, environment over it).
struct BrokerConfiguration: Sendable {
  enum Environment: String, Sendable {
    case production
    case test
    case demo
  }

  var environment: Environment
  var issuer: String
  var node: String
  var listen: ListenConfiguration
  /// The listener whose TLS asks for a client certificate; nil where there is none, or a proxy has it.
  var certificateListen: ListenConfiguration?
  /// The listener for the proxy that asks for client certificates in our place; nil where there is none.
  var certificateProxyListen: ListenConfiguration?
  var admin: ListenConfiguration
  var database: String
  var keyEncryptionKeys: KeyFile
  var peppers: KeyFile
  var checkpoint: String?
  var proxies: ProxyList
  var headers: IdentityHeaders
  var tokens: TokenPolicy
  var login: LoginLimits
  var hashing: HashingConfiguration
  var pin: PINPolicy
  var instances: [InstanceConfiguration]
  var logLevel: Logger.Level

  /// What each login is worth.
  var policy: RightsPolicy { RightsPolicy(instances.map(\.row)) }

  /// What is allowed and still unwise, in words for `varco check`.
  var warnings: [String] {
    var warnings: [String] = []
    if environment != .production { warnings.append("environment is \(environment.rawValue), not production") }
    if listen.isPlainHTTP { warnings.append("listen.plain_http_behind_proxy: the public listener speaks plain HTTP") }
    if !issuer.hasPrefix("https://") { warnings.append("issuer is not an https address") }
    if checkpoint == nil { warnings.append("audit.checkpoint is not set: a cut-off audit log would not be noticed") }
    if keyEncryptionKeys.isInline { warnings.append("keys.key_encryption stands in the file itself") }
    if peppers.isInline { warnings.append("keys.pepper stands in the file itself") }
    for instance in instances where instance.row.isEnabled {
      warnings += instance.warnings.map { "\(instance.row.instance): \($0)" }
    }
    for instance in instances
    where instance.row.isEnabled && instance.type == "pin-dispositivo"
      && instance.row.effectiveRight == .dispositive
    {
      warnings.append(
        "\(instance.row.instance): a PIN dispositivo is weaker than SPID level 2; counts_as_dispositive: false ends it")
    }
    return warnings
  }
}

/// Where a listener listens, and how.
struct ListenConfiguration: Sendable, Equatable {
  var host: String
  var port: Int
  var certificate: String?
  var key: String?
  /// Said by the operator: TLS ends at a proxy in front.
  var isPlainHTTP: Bool
  /// Who issues the certificates of the proxies that may connect; only for their listener.
  var clientAuthority: String?
  /// Which proxies may; only for their listener.
  var proxies: ProxyList = .none
}

/// A ring of keys from a file, the environment, or (with a warning) the configuration itself.
struct KeyFile: Sendable {
  let ring: KeyRing
  /// Where rotation writes the new key; nil where the keys came from elsewhere.
  let path: String?
  let isInline: Bool

  /// Reads the file again and takes its keys into use.
  func reload() {
    guard let path, let data = FileManager.default.contents(atPath: path),
      let fresh = try? KeyRing(parsing: Secret(data))
    else { return }
    ring.take(over: fresh)
  }
}

/// The cost and the capacity of PIN hashing.
struct HashingConfiguration: Sendable {
  var parameters: Argon2Parameters
  /// nil for as many as cores.
  var threads: Int?
  var queue: Int
}

/// One authenticator instance.
struct InstanceConfiguration: Sendable {
  let type: String
  let row: RightsPolicy.Row
  let settings: Settings
  /// What the module says to the operator.
  let warnings: [String]
}
