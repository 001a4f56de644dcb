import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import Testing

@testable import LDAPAuthenticator

@Suite struct SettingsTests {
  private static let least: KeyValuePairs = [
    "url": "ldapi://%2Frun%2Fslapd%2Fldapi", "base": "dc=ente,dc=example", "decoy_dn": "cn=nobody,dc=ente,dc=example",
  ]

  /// The least that is needed, with other values for some keys; nil leaves one out.
  private func read(_ changes: [String: String?] = [:]) throws -> LDAPSettings {
    var values = Dictionary(uniqueKeysWithValues: SettingsTests.least.map { ($0.key, Optional($0.value)) })
    values.merge(changes) { $1 }
    let entries = values.sorted { $0.key < $1.key }.compactMap { key, value in
      value.map { Settings.Entry(key: key, line: 1, value: .scalar($0, line: 1)) }
    }
    var settings = Settings(path: "settings", entries: entries)
    return try LDAPSettings(&settings)
  }

  private func problems(_ changes: [String: String?]) -> [String] {
    do {
      _ = try read(changes)
      return []
    } catch { return (error as? ConfigurationError)?.problems.map(\.key) ?? ["\(error)"] }
  }

  private func file(_ text: String, mode: Int) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("varco-ldap-\(UUID().uuidString)").path
    #expect(
      FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
    return path
  }

  @Test func theDefaultsAreThoseOfTheReadMe() throws {
    let settings = try read()
    #expect(settings.filter.filter(for: "x") == "(&(objectClass=person)(uid=x))")
    #expect(settings.subject.text == "entryUUID")
    #expect(settings.account == nil)
    #expect(settings.timeout == .seconds(2) && settings.connections == 8)
    #expect(settings.warnings == [])
  }

  @Test(arguments: ["url", "base", "decoy_dn"]) func threeSettingsAreRequired(_ key: String) {
    #expect(problems([key: nil]) == ["settings.\(key)"])
  }

  @Test func everythingWrongIsReportedAtOnce() {
    #expect(
      Set(problems(["url": "http://x", "base": "nonsense", "timeout": "1h", "filtre": "(uid={name})"]))
        == ["settings.url", "settings.base", "settings.timeout", "settings.filtre"])
  }

  @Test(arguments: [
    ("ldaps://ldap.ente.example", DirectoryServer.Protection.tls), ("ldaps://10.0.0.1:1636", .tls),
    ("ldap://ldap.ente.example:389", .startTLS), ("ldapi://%2Frun%2Fldapi", .local),
  ])
  func anAddressSaysWhatProtectsIt(_ url: String, _ expected: DirectoryServer.Protection) throws {
    #expect(DirectoryServer(url)?.protection == expected)
  }

  @Test(arguments: [
    "", "ldap.ente.example", "ldaps://", "http://ldap.ente.example", "LDAPS://ldap.ente.example",
    "cldap://ldap.example",
    "ldaps://a ldap://b", "ldaps://a,ldap://b", "ldaps://a/dc=x", "ldaps://a?x", "ldapi:///run/ldapi",
  ])
  func whatIsMoreOrLessThanASchemeAndAPlaceIsNoAddress(_ url: String) {
    #expect(DirectoryServer(url) == nil)
  }

  @Test func goingWithoutTLSTakesASettingThatSaysSoAndIsWarnedOf() throws {
    let plain = try read(["url": "ldap://ldap.ente.example", "insecure_without_tls": "true"])
    #expect(plain.server.protection == .none)
    #expect(plain.warnings.count == 1 && plain.warnings[0].hasPrefix("insecure_without_tls"))
    #expect(problems(["insecure_without_tls": "true"]) == ["settings.insecure_without_tls"])
    #expect(problems(["url": "ldaps://a", "insecure_without_tls": "true"]) == ["settings.insecure_without_tls"])
  }

  @Test func aFileOfAuthoritiesMustBeThereWhereThereIsTLSAndNowhereElse() throws {
    #expect(problems(["url": "ldaps://a", "ca_file": "/nowhere/ca.pem"]) == ["settings.ca_file"])
    #expect(problems(["url": "ldaps://a", "ca_file": try file("", mode: 0o644)]) == ["settings.ca_file"])
    #expect(problems(["ca_file": "/etc/ssl/certs/ca-certificates.crt"]) == ["settings.ca_file"])
  }

  @Test(arguments: ["mail", "employeeNumber"]) func aSubjectThatPeopleMayWriteIsWarnedOf(_ name: String) throws {
    let warnings = try read(["subject_attribute": name]).warnings
    #expect(warnings.count == 1 && warnings[0].contains(name))
    #expect(try read(["subject_attribute": "entryuuid"]).warnings.isEmpty)
  }

  @Test(arguments: ["", "a b", "1a", "uid;lang-it", "uid,mail", "*", "+"]) func noAttributeIsNoSubject(_ name: String) {
    #expect(AttributeName(name) == nil)
  }

  @Test func theAccountThatSearchesHasANameAndAFile() throws {
    let name = "cn=search,dc=ente,dc=example"
    #expect(problems(["bind_dn": name]) == ["settings.bind_dn"])
    #expect(problems(["bind_password_file": "/etc/hostname"]) == ["settings.bind_dn"])
    let account = try read(["bind_dn": name, "bind_password_file": try file("looking\nmore\n", mode: 0o640)]).account
    #expect(account?.name.text == name)
    #expect(account?.password == Secret("looking"))
  }

  @Test(arguments: [("", 0o600), ("\nlooking", 0o600), ("looking", 0o644), ("looking", 0o604)])
  func aFileWithoutAPasswordOrOpenToEverybodyIsRefused(_ text: String, _ mode: Int) throws {
    let path = try file(text, mode: mode)
    #expect(
      problems(["bind_dn": "cn=search,dc=ente,dc=example", "bind_password_file": path])
        == ["settings.bind_password_file"])
  }

  @Test func theModuleTakesItsSettingsAndLeavesNone() throws {
    let module = try ModuleBench(instance: "ldap").make(LDAPAuthenticator.self, settings: SettingsTests.least)
    #expect(module.descriptor.role == .primary)
    #expect(throws: ConfigurationError.self) {
      try ModuleBench(instance: "ldap").make(LDAPAuthenticator.self, settings: ["url": "ldapi://x", "other": "1"])
    }
  }
}
