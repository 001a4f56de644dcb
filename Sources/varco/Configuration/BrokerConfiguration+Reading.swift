import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import Foundation
import GatewayHTTP
import Logging
import PINService
import RemoteModules
import Sealing
import TokenService

extension BrokerConfiguration {
  /// Reads a configuration file with the environment over it.
  /// - Throws: ``StartError/configuration(path:_:)`` with every problem, or ``StartError/file(path:_:)``.
  static func load(
    path: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(StartError) -> BrokerConfiguration {
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw .file(path: path, "cannot be read; name a file with --config or VARCO_CONFIG")
    }
    do {
      return try read(text, environment: environment)
    } catch {
      throw .configuration(path: path, error)
    }
  }

  static func read(_ text: String, environment: [String: String]) throws(ConfigurationError) -> BrokerConfiguration {
    let (settings, problems) = EnvironmentOverlay.apply(environment, to: try YAMLSettings.parse(text))
    var reader = SettingsReader(settings)
    reader.add(ConfigurationError(problems))
    let configuration = read(&reader)
    try reader.finish()
    return configuration
  }

  private static func read(_ reader: inout SettingsReader) -> BrokerConfiguration {
    let issuer = issuer(&reader)
    let kind = reader.take(Environment.production) { (settings) throws(ConfigurationError) in
      try settings.choice(
        "environment", of: ["production": .production, "test": .test, "demo": .demo], default: "production")
    }
    let keys = reader.section("keys")
    let (kek, peppers) = reader.part(keys) { keys in (keys.ring("key_encryption"), keys.ring("pepper")) }
    let level = reader.part(reader.section("log")) { log in
      log.take(Logger.Level.info) { (settings) throws(ConfigurationError) in
        try settings.choice(
          "level", of: ["debug": .debug, "info": .info, "warning": .warning, "error": .error], default: "info")
      }
    }
    return BrokerConfiguration(
      environment: kind, issuer: issuer, node: reader.string("node", default: "main"),
      listen: .listen(&reader, "listen", host: "127.0.0.1", port: 8443, isPublic: true),
      certificateListen: .certificateListen(&reader), certificateProxyListen: .certificateProxyListen(&reader),
      admin: .listen(&reader, "admin", host: "127.0.0.1", port: 9443, isPublic: false),
      database: reader.part(reader.section("store")) { $0.string("sqlite", default: "varco.sqlite") },
      keyEncryptionKeys: kek, peppers: peppers,
      checkpoint: reader.part(reader.section("audit")) { $0.optionalString("checkpoint") },
      proxies: proxies(&reader), headers: headers(&reader), tokens: tokens(&reader, issuer: issuer),
      login: login(&reader), hashing: hashing(&reader), pin: pin(&reader),
      instances: instances(&reader, issuer: issuer, in: kind),
      logLevel: level)
  }

  private static func issuer(_ reader: inout SettingsReader) -> String {
    let issuer = reader.string("issuer")
    let isAddress = issuer.hasPrefix("https://") || issuer.hasPrefix("http://")
    if !issuer.isEmpty, !isAddress || issuer.hasSuffix("/") || issuer.contains("?") || issuer.contains("#") {
      reader.problem("issuer", "must be an https address without a slash at its end, query or fragment (RFC 8414)")
    }
    return issuer
  }

  private static func proxies(_ reader: inout SettingsReader) -> ProxyList {
    let entries = reader.strings("proxies")
    guard let list = ProxyList(entries) else {
      reader.problem("proxies", "must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8")
      return .none
    }
    return list
  }

  private static func headers(_ reader: inout SettingsReader) -> IdentityHeaders {
    let usual = "X-Varco-"
    let prefix = reader.part(reader.section("forward_auth")) { $0.string("header_prefix", default: usual) }
    if let headers = IdentityHeaders(prefix: prefix) { return headers }
    reader.problem("forward_auth.header_prefix", "makes no header names")
    return .usual
  }

  private static func instances(
    _ reader: inout SettingsReader, issuer: String, in environment: Environment
  ) -> [InstanceConfiguration] {
    let parts = reader.sections("authenticators")
    var instances: [InstanceConfiguration] = []
    var lines: [Int] = []
    for part in parts {
      guard let instance = reader.part(part, { InstanceConfiguration.read(&$0, issuer: issuer) }) else { continue }
      instances.append(instance)
      lines.append(part.lineOf("then"))
      if environment == .production, ModuleNature.isForTests(instance.type) {
        // Switched off as well: one word would switch it on.
        reader.problem(
          "authenticators", line: part.lineOf("type"),
          "\(instance.row.instance): anybody may be anybody with \(instance.type): not with environment: production")
      }
    }
    reader.duplicates(instances.map(\.row.instance.description), of: "authenticators")
    for (instance, line) in zip(instances, lines) {
      checkFollowers(of: instance.row, line: line, instances, &reader)
    }
    if !instances.contains(where: { $0.row.isEnabled && $0.row.isPrimary }) {
      reader.problem("authenticators", "nobody can log in: no primary authenticator is switched on")
    }
    return instances
  }

  /// What a login requires has to be there, or nobody could log in; and what would be passed over is no requirement.
  private static func checkFollowers(
    of row: RightsPolicy.Row, line: Int, _ instances: [InstanceConfiguration], _ reader: inout SettingsReader
  ) {
    let policy = RightsPolicy(instances.map(\.row))
    if !row.isPrimary, !row.followedBy.isEmpty {
      reader.problem("authenticators", line: line, "\(row.instance) is a second factor: nothing follows one")
    }
    for next in row.followedBy.joined() {
      switch policy.row(next)?.isPrimary {
      case nil:
        reader.problem("authenticators", line: line, "\(row.instance) is followed by \(next), which is not switched on")
      case true:
        let isRemote = instances.contains { $0.row.instance == next && $0.type == RemoteAuthenticator.type }
        let advice = isRemote ? ": its settings need role: second-factor" : ""
        reader.problem(
          "authenticators", line: line, "\(row.instance) is followed by \(next), which is no second factor\(advice)")
      default: break
      }
    }
  }
}

extension SettingsReader {
  /// A ring of keys under `NAME_file` or, less wisely, `NAME`.
  mutating func ring(_ name: String) -> KeyFile {
    let path = optionalString("\(name)_file")
    let isFromFile = lineOfValue(name) > 0
    let inline = optionalString(name)
    var text: Secret?
    if let path {
      if inline != nil { problem(name, "give either \(name) or \(name)_file") }
      if let data = FileManager.default.contents(atPath: path) {
        text = Secret(data)
      } else {
        problem("\(name)_file", "the file \(path) cannot be read; make one with `varco key new`")
      }
    } else if let inline {
      text = Secret(inline)
    } else {
      problem(
        name, "is required: set \(name)_file, or \(EnvironmentOverlay.variable("keys.\(name)")) in the environment")
    }
    do throws(SealingError) {
      if let text { return KeyFile(ring: try KeyRing(parsing: text), path: path, isInline: path == nil && isFromFile) }
    } catch {
      problem(path == nil ? name : "\(name)_file", "\(error)")
    }
    return .placeholder
  }
}

extension KeyFile {
  /// Stands where a key could not be read; the problem that goes with it ends the start.
  fileprivate static var placeholder: KeyFile { KeyFile(ring: .unusable, path: nil, isInline: false) }
}
