import AccessModel
import ArgumentParser
import BrokerStore
import CitizenImport
import Foundation

/// Made-up citizens as `varco citizen import` takes them.
struct CitizensCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "citizens", abstract: "Print made-up citizens as CSV.",
    discussion: "A seed has always the same ones, and the first of many are the same as the first of a few.")
  @Option(help: "How many.") var count: Int
  @Option(help: "Leave out the first so many.") var after = 0
  @Option(help: "Whose.") var seed: UInt64 = 2026

  func validate() throws {
    guard (0...10_000_000).contains(count) else { throw ValidationError("--count is a number from 0 to 10000000") }
    guard (0...count).contains(after) else { throw ValidationError("--after is a number from 0 to --count") }
  }

  func run() async throws {
    var lines = Data("fiscal_code,given_name,family_name,profiles,mobile,email,pec,home_phone\n".utf8)
    for citizen in CitizenGenerator(seed: seed, count: count).dropFirst(after) {
      lines.append(contentsOf: CitizensCommand.line(citizen).utf8)
      if lines.count > 1 << 16 { try CitizensCommand.write(&lines) }
    }
    try CitizensCommand.write(&lines)
  }

  private static func write(_ lines: inout Data) throws {
    try FileHandle.standardOutput.write(contentsOf: lines)
    lines.removeAll(keepingCapacity: true)
  }

  private static func line(_ citizen: GeneratedCitizen) -> String {
    let profiles = citizen.profiles.map(\.description).sorted().joined(separator: " ")
    let contacts = [Contact.Kind.mobile, .email, .pec, .homePhone].map { kind in
      citizen.contacts.first { $0.kind == kind }?.value ?? ""
    }
    let fields = [citizen.fiscalCode.rawValue, citizen.givenName, citizen.familyName, profiles] + contacts
    return fields.map(quoted).joined(separator: ",") + "\n"
  }

  /// RFC 4180: quotes where the text needs them.
  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"\(field.replacingOccurrences(of: "\"", with: "\"\""))\""
  }
}
