import AccessModel
import AuthenticatorKit
import CertificateKit
import RevocationService

/// The settings of one instance, read once.
struct CNSSettings {
  /// What a card is worth about whose revocation nobody knows (safety sentence 10).
  enum Unknown: Sendable {
    case refuse
    /// Enough to consult, never to dispose.
    case consultation
  }

  /// The address of the listener that asks for the card, with its path.
  let address: String
  let trust: CNSTrust
  let profile: CNSProfile
  let order: RevocationPolicy.Order
  let unknown: Unknown
  let lists: RevocationListSettings
  /// nil: responders are not asked.
  let ocsp: OCSPSettings?

  init(_ settings: inout Settings) throws(ConfigurationError) {
    var reader = SettingsReader(settings)
    // From here on the reader holds the keys; whoever made the settings finds none left.
    settings = Settings()
    let address = CNSSettings.address(&reader)
    let trust = CNSSettings.trust(&reader)
    let profile = CNSSettings.profile(&reader)
    let revocation = reader.part(reader.section("revocation")) { part in
      (
        order: part.word(
          "order", of: ["crl-first": RevocationPolicy.Order.listsFirst, "ocsp-first": .sourcesFirst],
          default: "crl-first", .listsFirst),
        unknown: part.word(
          "unknown", of: ["refuse": Unknown.refuse, "consultation": .consultation], default: "refuse", .refuse),
        lists: CNSSettings.lists(&part), ocsp: CNSSettings.ocsp(&part)
      )
    }
    try reader.finish()
    guard let trust else { throw ConfigurationError([]) }
    self.address = address
    self.trust = trust
    self.profile = profile
    order = revocation.order
    unknown = revocation.unknown
    lists = revocation.lists
    ocsp = revocation.ocsp
  }

  /// For `varco check`.
  /// - Parameter issuer: the address of the main host; anything else is not compared.
  func warnings(issuer: String) -> [String] {
    var warnings = trust.problems
    if CNSSite(address)?.isLikelySame(as: CNSSite(issuer)) == false {
      warnings.append(
        "address is not of the same site as issuer: a browser leaves its cookie out on the way back from the card, and "
          + "nobody can confirm a login")
    }
    if trust.store.anchors.isEmpty {
      warnings.append(
        "there are no anchors yet, so no card is accepted: varco trust import, or put files into the folder")
    }
    if unknown == .consultation {
      warnings.append("revocation.unknown is consultation: a card about which nobody knows may read, a revoked one too")
    }
    if ocsp == nil, lists.files.isEmpty, lists.addresses.isEmpty, lists.maximumLearned == 0 {
      warnings.append("there is no source of revocation, so no card is accepted")
    }
    if lists.stateDirectory == nil, lists.maximumLearned > 0 || !lists.addresses.isEmpty {
      warnings.append(
        "revocation.state is not set: after each start the lists are fetched anew before a card is accepted")
    }
    if ocsp?.rules.nonce == .acceptedMissing {
      warnings.append(
        "revocation.ocsp_without_nonce: an old answer of a responder can be played again until it runs out")
    }
    return warnings
  }

  private static func address(_ reader: inout SettingsReader) -> String {
    let line = reader.lineOfValue("address")
    let address = reader.string("address")
    if !address.isEmpty, !address.hasPrefix("https://") || address.contains("?") || address.contains("#") {
      reader.problem(
        "address", line: line,
        "must be the https address of the listener that asks for cards, such as "
          + "https://cns.example.it/cns, without query or fragment")
    }
    return address
  }

  private static func trust(_ reader: inout SettingsReader) -> CNSTrust? {
    let line = reader.lineOfValue("anchors")
    let anchors = reader.string("anchors")
    let intermediates = reader.optionalString("intermediates")
    guard !anchors.isEmpty else { return nil }
    do { return try CNSTrust(anchors: anchors, intermediates: intermediates) } catch {
      reader.problem("anchors", line: line, error.description)
      return nil
    }
  }

  private static func profile(_ reader: inout SettingsReader) -> CNSProfile {
    let names = reader.keys.contains("policies") ? reader.strings("policies") : [CNSProfile.cns]
    let policies = names.compactMap { name in
      let policy = OID(name)
      if policy == nil { reader.problem("policies", "\(name) is no object identifier") }
      return policy
    }
    if policies.isEmpty { reader.problem("policies", "name at least one: every certificate would be refused") }
    return CNSProfile(policies: policies)
  }

  private static func lists(_ part: inout SettingsReader) -> RevocationListSettings {
    var lists = RevocationListSettings()
    lists.files = part.strings("crl_files")
    lists.addresses = part.strings("crl_addresses").compactMap { address(&part, "crl_addresses", $0) }
    lists.stateDirectory = part.optionalString("state")
    if !part.boolean("learn", default: true) { lists.maximumLearned = 0 }
    lists.fileInterval = part.span("file_interval", in: .seconds(1) ... .hours(1), default: .minutes(1)).seconds
    lists.maximumBytes = part.integer("maximum_crl_mib", in: 1...1024, default: 64) << 20
    return lists
  }

  private static func ocsp(_ part: inout SettingsReader) -> OCSPSettings? {
    var ocsp = OCSPSettings()
    ocsp.responder = part.optionalString("ocsp_responder").flatMap { address(&part, "ocsp_responder", $0) }
    ocsp.rules = OCSPRules(nonce: part.boolean("ocsp_without_nonce", default: false) ? .acceptedMissing : .required)
    return part.boolean("ocsp", default: true) ? ocsp : nil
  }

  private static func address(_ part: inout SettingsReader, _ key: String, _ text: String) -> FetchAddress? {
    let address = FetchAddress(text)
    if address == nil { part.problem(key, "\(text) is no http address") }
    return address
  }
}

extension SettingsReader {
  fileprivate mutating func word<Choice>(
    _ key: String, of choices: KeyValuePairs<String, Choice>, default name: String, _ fallback: Choice
  ) -> Choice {
    take(fallback) { (settings) throws(ConfigurationError) in try settings.choice(key, of: choices, default: name) }
  }
}
