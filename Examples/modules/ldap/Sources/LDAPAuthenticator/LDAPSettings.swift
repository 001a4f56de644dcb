import AccessModel
import AuthenticatorKit
import Foundation

/// The settings of one instance, read once.
struct LDAPSettings: Sendable {
  struct Account: Sendable {
    let name: DistinguishedName
    let password: Secret
  }

  let server: DirectoryServer
  /// The file with the certificates that the server's must come from.
  let authorities: String
  /// Where people are looked for.
  let base: DistinguishedName
  let filter: NameFilter
  /// The attribute that names a person for good.
  let subject: AttributeName
  /// Who looks; nil for nobody in particular.
  let account: Account?
  /// An entry to bind as where there is no other.
  let decoy: DistinguishedName
  let timeout: TimeSpan
  let connections: Int

  init(_ settings: inout Settings) throws(ConfigurationError) {
    var reader = SettingsReader(settings)
    // From here on the reader holds the keys; whoever made the settings finds none left.
    settings = Settings()
    let server = LDAPSettings.server(&reader)
    authorities = LDAPSettings.authorities(&reader, server)
    let base = reader.identifier("base") { DistinguishedName($0) }
    let filter = LDAPSettings.filter(&reader)
    let subject = reader.optionalIdentifier("subject_attribute") { AttributeName($0) } ?? AttributeName("entryUUID")
    account = LDAPSettings.account(&reader)
    let decoy = reader.identifier("decoy_dn") { DistinguishedName($0) }
    timeout = reader.span("timeout", in: .seconds(1)...(.seconds(9)), default: .seconds(2))
    connections = reader.integer("connections", in: 1...64, default: 8)
    try reader.finish()
    guard let server, let base, let filter, let subject, let decoy else { throw ConfigurationError([]) }
    self.server = server
    self.base = base
    self.filter = filter
    self.subject = subject
    self.decoy = decoy
  }

  /// For the operator.
  var warnings: [String] {
    var warnings: [String] = []
    if server.protection == .none {
      warnings.append("insecure_without_tls: everybody on the way to the directory reads the passwords")
    }
    if !subject.isServersOwn {
      warnings.append(
        "subject_attribute is \(subject.text): whoever may write it can become anybody, and no two may share a value"
      )
    }
    return warnings
  }

  private static func server(_ reader: inout SettingsReader) -> DirectoryServer? {
    let line = reader.lineOfValue("url")
    let allowsPlain = reader.boolean("insecure_without_tls", default: false)
    let url = reader.string("url")
    guard !url.isEmpty else { return nil }
    guard let server = DirectoryServer(url, allowsPlain: allowsPlain) else {
      reader.problem(
        "url", line: line, "must be a scheme and a place: ldaps://HOST, ldap://HOST or ldapi://PATH with %2F for each /"
      )
      return nil
    }
    if allowsPlain, server.protection != .none { reader.problem("insecure_without_tls", "is for ldap:// only") }
    return server
  }

  private static func authorities(_ reader: inout SettingsReader, _ server: DirectoryServer?) -> String {
    let isGiven = reader.keys.contains("ca_file")
    let line = reader.lineOfValue("ca_file")
    let path = reader.string("ca_file", default: "/etc/ssl/certs/ca-certificates.crt")
    guard let server else { return path }
    if !server.usesTLS {
      if isGiven { reader.problem("ca_file", line: line, "is for connections with TLS") }
    } else if FileManager.default.contents(atPath: path)?.isEmpty ?? true {
      reader.problem("ca_file", line: line, "\(path) cannot be read, or is empty")
    }
    return path
  }

  private static func filter(_ reader: inout SettingsReader) -> NameFilter? {
    let line = reader.lineOfValue("filter")
    let text = reader.string("filter", default: "(&(objectClass=person)(uid=\(NameFilter.place)))")
    do throws(FilterError) { return try NameFilter(text) } catch {
      reader.problem("filter", line: line, error.description)
      return nil
    }
  }

  private static func account(_ reader: inout SettingsReader) -> Account? {
    let line = reader.lineOfValue("bind_password_file")
    let name = reader.optionalIdentifier("bind_dn") { DistinguishedName($0) }
    let file = reader.optionalString("bind_password_file")
    guard let name, let file else {
      if (name == nil) != (file == nil) { reader.problem("bind_dn", "goes with bind_password_file") }
      return nil
    }
    do throws(PasswordFileError) { return Account(name: name, password: try PasswordFile.read(file)) } catch {
      reader.problem("bind_password_file", line: line, error.description)
      return nil
    }
  }
}
