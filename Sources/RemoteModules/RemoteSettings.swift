import AccessModel
import AuthenticatorKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The settings of one instance of type `remote`, read once.
struct RemoteSettings: Sendable {
  let socket: String
  /// The user to whom socket and process have to belong.
  let owner: UInt32
  let role: AuthenticatorDescriptor.Role
  let amr: [String]
  let deadline: TimeSpan
  let concurrency: Int
  let circuitFaults: Int
  let circuitPause: TimeSpan
  let learnsFiscalCode: Bool
  let mayExplain: Bool
  let redirectsTo: [String]

  init(_ settings: inout Settings) throws(ConfigurationError) {
    var reader = SettingsReader(settings)
    // From here on the reader holds the keys; whoever made the settings finds none left.
    settings = Settings()
    socket = RemoteSettings.socket(&reader)
    owner = RemoteSettings.owner(&reader)
    role = reader.take(.primary) { (settings) throws(ConfigurationError) in
      try settings.choice(
        "role", of: ["primary": AuthenticatorDescriptor.Role.primary, "second-factor": .secondFactor],
        default: "primary")
    }
    amr = reader.strings("amr")
    deadline = reader.span("deadline", in: .seconds(1) ... .seconds(10), default: .seconds(2))
    concurrency = reader.integer("concurrency", in: 1...256, default: 32)
    circuitFaults = reader.integer("circuit_faults", in: 1...100, default: 5)
    circuitPause = reader.span("circuit_pause", in: .seconds(1) ... .minutes(10), default: .seconds(10))
    learnsFiscalCode = reader.boolean("learns_fiscal_code", default: false)
    mayExplain = reader.boolean("may_explain", default: false)
    redirectsTo = RemoteSettings.origins(&reader, role)
    try reader.finish()
  }

  /// Those of an examination, which pins nothing and gives up only on a module that answers nothing at all.
  init(examining socket: String, owner: UInt32, role: AuthenticatorDescriptor.Role, _ plan: ModuleExamination.Plan) {
    self.socket = socket
    self.owner = owner
    self.role = role
    amr = []
    deadline = .seconds(2)
    concurrency = 64
    circuitFaults = 20
    circuitPause = .minutes(10)
    learnsFiscalCode = plan.learnsFiscalCode
    mayExplain = true
    redirectsTo = plan.redirectsTo
  }

  private static func socket(_ reader: inout SettingsReader) -> String {
    let line = reader.lineOfValue("socket")
    let isThere = reader.keys.contains("socket")
    let path = reader.string("socket")
    // sockaddr_un holds 108 bytes with the zero at the end.
    if isThere, !path.hasPrefix("/") || path.utf8.count > 107 {
      reader.problem("socket", line: line, "must be an absolute path of at most 107 bytes")
    }
    return path
  }

  private static func owner(_ reader: inout SettingsReader) -> UInt32 {
    let line = reader.lineOfValue("owner")
    guard let name = reader.optionalString("owner") else { return geteuid() }
    if let number = UInt32(name) { return number }
    if let entry = unsafe getpwnam(name) { return unsafe entry.pointee.pw_uid }
    reader.problem("owner", line: line, "there is no user \(name) here")
    return geteuid()
  }

  private static func origins(_ reader: inout SettingsReader, _ role: AuthenticatorDescriptor.Role) -> [String] {
    let line = reader.lineOfValue("redirects_to")
    let origins = reader.strings("redirects_to")
    if role == .secondFactor, !origins.isEmpty {
      reader.problem("redirects_to", line: line, "a second factor sends nobody elsewhere")
    }
    for origin in origins where !isOrigin(origin) {
      reader.problem("redirects_to", line: line, "\(origin) is no https origin such as https://idp.example")
    }
    return origins
  }

  private static func isOrigin(_ text: String) -> Bool {
    guard text.hasPrefix("https://") else { return false }
    let rest = text.dropFirst("https://".count)
    return !rest.isEmpty && rest.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) }
  }
}
