import AuthenticatorKit
import AuthenticatorTesting
import Foundation

@testable import LDAPAuthenticator

#if canImport(Glibc)
import Glibc
#endif

/// A real slapd on a Unix socket, with an account that searches and a few people.
final class Directory: Sendable {
  static let base = "dc=ente,dc=example"
  /// Passwords of people and of the account that searches.
  static let annas = "una lanterna nella nebbia"
  static let stars = "sette aironi rossi"
  static let searchers = "cerco e non trovo"

  let folder: URL

  /// Returns when slapd takes connections, which is a little after it has gone into the background.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ldap-\(UUID().uuidString.prefix(8))")
    let store = folder.appendingPathComponent("store")
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
    try write("slapd.conf", Directory.configuration(folder.path))
    try write("people.ldif", Directory.people)
    try write("password", Directory.searchers + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("password"))
    try run("/usr/sbin/slapadd", "-f", path("slapd.conf"), "-l", path("people.ldif"))
    try run("/usr/sbin/slapd", "-f", path("slapd.conf"), "-h", url)
    guard (0..<1000).contains(where: { _ in answers }) else {
      throw DirectoryTrouble(description: "slapd does not answer")
    }
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  var url: String { "ldapi://" + path("ldapi").replacing("/", with: "%2F") }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Ends it at once; nothing answers on the socket any more.
  func stop() {
    guard let text = try? String(contentsOfFile: path("pid"), encoding: .utf8),
      let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return }
    kill(process, SIGKILL)
    try? FileManager.default.removeItem(atPath: path("pid"))
  }

  /// The module with this directory; `changes` replaces settings, and an empty text leaves one out.
  func module(_ changes: [String: String] = [:], bench: ModuleBench? = nil) throws -> LDAPAuthenticator {
    let usual = [
      "url": url, "base": "ou=people,\(Directory.base)", "decoy_dn": "cn=nobody,\(Directory.base)",
      "bind_dn": "cn=search,\(Directory.base)", "bind_password_file": path("password"), "timeout": "9s",
    ]
    let entries = usual.merging(changes) { $1 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    var settings = Settings(entries: entries.map { .init(key: $0.key, line: 1, value: .scalar($0.value, line: 1)) })
    return try LDAPAuthenticator(settings: &settings, context: (bench ?? ModuleBench(instance: "ldap")).context)
  }

  /// Reads one attribute of one entry, as its administrator sees it.
  func attribute(_ name: String, of entry: String) throws -> String? {
    try run("/usr/sbin/slapcat", "-f", path("slapd.conf"), "-a", "(\(entry))")
      .split(separator: "\n").first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  private var answers: Bool { (try? run("/usr/bin/ldapwhoami", "-x", "-H", url)) != nil }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  @discardableResult
  private func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    // By what a program inherits its end is known, and slapd would keep that in the background.
    let closing = "for one in /proc/$$/fd/*; do one=${one##*/}; [ $one -le 2 ] || eval \"exec $one>&-\"; done"
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "\(closing); exec \"$@\"", "bash", program] + arguments
    let output = folder.appendingPathComponent("output")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw DirectoryTrouble(description: "\(program) failed") }
    return try String(contentsOf: output, encoding: .utf8)
  }
}

struct DirectoryTrouble: Error, CustomStringConvertible {
  let description: String
}
