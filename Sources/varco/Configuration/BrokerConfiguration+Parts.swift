import AccessModel
import AuthenticatorKit
import BrokerCore
import BrokerStore
import GatewayHTTP
import PINService
import TokenService

extension ListenConfiguration {
  static func listen(
    _ reader: inout SettingsReader, _ key: String, host: String, port: Int, isPublic: Bool
  ) -> ListenConfiguration {
    reader.part(reader.section(key)) { part in
      var listen = ListenConfiguration(
        host: part.string("host", default: host), port: part.integer("port", in: 1...65535, default: port),
        certificate: nil, key: nil, isPlainHTTP: !isPublic)
      guard isPublic else { return listen }
      listen.isPlainHTTP = part.boolean("plain_http_behind_proxy", default: false)
      part.part(part.section("tls")) { tls in
        listen.certificate = tls.optionalString("certificate")
        listen.key = tls.optionalString("key")
      }
      if !listen.isPlainHTTP, listen.certificate == nil || listen.key == nil {
        part.problem("tls", "needs certificate and key, or plain_http_behind_proxy: true where a proxy ends TLS")
      }
      return listen
    }
  }
}

extension ListenConfiguration {
  /// `certificate_listen`; nil where the section is not there.
  static func certificateListen(_ reader: inout SettingsReader) -> ListenConfiguration? {
    section(&reader, "certificate_listen", port: 8444) { _, _ in }
  }

  /// `certificate_proxy_listen`; nil where the section is not there.
  static func certificateProxyListen(_ reader: inout SettingsReader) -> ListenConfiguration? {
    section(&reader, "certificate_proxy_listen", port: 8445) { part, listen in
      let entries = part.strings("proxies")
      guard let list = ProxyList(entries), !entries.isEmpty else {
        return part.problem("proxies", "must name the addresses of the proxies that ask for cards")
      }
      listen.proxies = list
      if listen.clientAuthority == nil {
        part.problem("tls", "needs client_authority: who issued the certificate that the proxy itself shows")
      }
    }
  }

  private static func section(
    _ reader: inout SettingsReader, _ name: String, port: Int,
    _ more: (inout SettingsReader, inout ListenConfiguration) -> Void
  ) -> ListenConfiguration? {
    guard reader.keys.contains(name) else { return nil }
    return reader.part(reader.section(name)) { part in
      var listen = ListenConfiguration(
        host: part.string("host", default: "127.0.0.1"), port: part.integer("port", in: 1...65535, default: port),
        certificate: nil, key: nil, isPlainHTTP: false)
      part.part(part.section("tls")) { tls in
        listen.certificate = tls.optionalString("certificate")
        listen.key = tls.optionalString("key")
        if name == "certificate_proxy_listen" { listen.clientAuthority = tls.optionalString("client_authority") }
      }
      if listen.certificate == nil || listen.key == nil { part.problem("tls", "needs certificate and key") }
      more(&part, &listen)
      return listen
    }
  }
}

extension BrokerConfiguration {
  static func tokens(_ reader: inout SettingsReader, issuer: String) -> TokenPolicy {
    let session = reader.part(reader.section("session")) { part in
      SessionLimits(
        idle: part.span("idle", in: .minutes(1) ... .hours(12), default: .minutes(30)),
        total: part.span("total", in: .minutes(1) ... .hours(24), default: .hours(12)))
    }
    return reader.part(reader.section("tokens")) { part in
      TokenPolicy(
        issuer: issuer,
        algorithm: part.take(.es256) { (settings) throws(ConfigurationError) in
          try settings.choice("algorithm", of: ["ES256": .es256, "RS256": .rs256], default: "ES256")
        },
        accessLifetime: part.span("access_lifetime", in: .seconds(10) ... .minutes(15), default: .minutes(15)),
        dispositiveLifetime: part.span("dispositive_lifetime", in: .seconds(10) ... .minutes(5), default: .minutes(5)),
        codeLifetime: part.span("code_lifetime", in: .seconds(5) ... .seconds(60), default: .seconds(60)),
        offlineLifetime: part.span("offline_lifetime", in: .hours(1) ... .days(30), default: .days(30)),
        session: session)
    }
  }

  static func login(_ reader: inout SettingsReader) -> LoginLimits {
    reader.part(reader.section("login")) { part in
      LoginLimits(
        conversation: part.span("conversation", in: .minutes(1) ... .minutes(10), default: .minutes(10)),
        moduleDeadline: part.span("module_deadline", in: .seconds(1) ... .seconds(60), default: .seconds(10)),
        device: part.span("device", in: .days(1) ... .days(400), default: .days(180)))
    }
  }

  static func hashing(_ reader: inout SettingsReader) -> HashingConfiguration {
    reader.part(reader.section("hashing")) { part in
      // The lower bounds are OWASP's present minimum for Argon2id.
      let memory = part.integer("memory_kib", in: 19_456...1_048_576, default: 19_456)
      let iterations = part.integer("iterations", in: 2...20, default: 2)
      let threads = part.integer("threads", in: 0...256, default: 0)
      return HashingConfiguration(
        parameters: Argon2Parameters(memoryKiB: memory, iterations: iterations) ?? .minimum,
        threads: threads == 0 ? nil : threads, queue: part.integer("queue", in: 1...10_000, default: 64))
    }
  }

  static func pin(_ reader: inout SettingsReader) -> PINPolicy {
    reader.part(reader.section("pin")) { part in
      let year = TimeSpan.days(1) ... .days(3650)
      return PINPolicy(
        activation: part.spanOrOff("activation", in: year, default: .days(90)),
        inactivity: part.spanOrOff("inactivity", in: year, default: .days(180)),
        citizenValidity: part.spanOrOff("citizen_validity", in: year, default: .days(180)),
        intermediaryValidity: part.spanOrOff("intermediary_validity", in: year, default: .days(90)))
    }
  }
}

extension InstanceConfiguration {
  /// What an instance is worth before its configuration says less: the module types that we know by name.
  static func read(_ part: inout SettingsReader, issuer: String) -> InstanceConfiguration? {
    let type = part.string("type")
    let id = part.identifier("id", InstanceID.init)
    if !type.isEmpty, !builtInModules.contains(type) {
      part.problem(
        "type", "there is no module \(type); this program has \(builtInModules.types.joined(separator: ", "))")
    }
    let isEnabled = part.boolean("enabled", default: true)
    let settings = part.section("settings")
    let nature = nature(&part, type, settings, issuer)
    let ceiling = part.optionalIdentifier("ceiling", AccessRight.init(rawValue:)) ?? nature.usualCeiling
    let level = part.optionalIdentifier("level", AssuranceLevel.init) ?? nature.usualLevel
    if ceiling > nature.ceiling { part.problem("ceiling", "\(type) gives \(nature.ceiling.rawValue) at most") }
    if level > nature.level { part.problem("level", "\(type) is worth \(nature.level) at most") }
    let row = row(&part, id, isEnabled, nature, ceiling, level)
    return row.map { InstanceConfiguration(type: type, row: $0, settings: settings, warnings: nature.warnings) }
  }

  /// Asked with the instance's own settings: a module may need some of them. Where it cannot be built, the problem that
  /// goes with it ends the start.
  private static func nature(_ part: inout SettingsReader, _ type: String, _ settings: Settings, _ issuer: String)
    -> ModuleNature
  {
    do throws(ConfigurationError) { return try ModuleNature.of(type, settings: settings, issuer: issuer) } catch {
      part.add(error)
      return .unknown
    }
  }

  private static func row(
    _ part: inout SettingsReader, _ id: InstanceID?, _ isEnabled: Bool, _ nature: ModuleNature, _ ceiling: AccessRight,
    _ level: AssuranceLevel
  ) -> RightsPolicy.Row? {
    let counts = part.boolean("counts_as_dispositive", default: true)
    let acr = part.string("acr", default: id.map { "urn:varco:acr:\($0)" })
    let freshness = part.span("freshness", in: .seconds(10) ... .hours(1), default: .minutes(15))
    let asserts = part.boolean("asserts_fiscal_code", default: nature.assertsFiscalCode)
    let followers = followers(&part)
    guard let id else { return nil }
    return RightsPolicy.Row(
      instance: id, isEnabled: isEnabled, isPrimary: nature.isPrimary, ceiling: ceiling, countsAsDispositive: counts,
      level: level, acr: acr, amr: nature.amr, freshness: freshness, assertsFiscalCode: asserts, followedBy: followers,
      contexts: nature.contexts)
  }

  /// `then`: each item is a second factor, or a list of them of which one is needed.
  private static func followers(_ part: inout SettingsReader) -> [[InstanceID]] {
    let value = part.take(Settings.Value?.none) { (settings) throws(ConfigurationError) in settings.take("then") }
    guard let value else { return [] }
    guard case .list(let items, _) = value else {
      part.problem("then", line: value.line, "must be a list")
      return []
    }
    var groups: [[InstanceID]] = []
    for item in items {
      let group = group(item, &part)
      for id in group where group.count(where: { $0 == id }) > 1 || groups.joined().contains(id) {
        part.problem("then", line: item.line, "\(id) stands there twice: one factor answers one item")
      }
      groups.append(group)
    }
    return groups
  }

  private static func group(_ item: Settings.Value, _ part: inout SettingsReader) -> [InstanceID] {
    var choices = [item]
    if case .list(let inner, _) = item { choices = inner }
    if choices.isEmpty { part.problem("then", line: item.line, "a choice names at least one second factor") }
    return choices.compactMap { choice in
      if case .scalar(let text, _) = choice, let id = InstanceID(text) { return id }
      part.problem("then", line: choice.line, "must be ids of second factors, or lists of them")
      return nil
    }
  }
}
