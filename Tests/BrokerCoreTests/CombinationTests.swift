import AccessModel
import Foundation
import Testing

@testable import BrokerCore

@Suite struct CombinationTests {
  @Test(arguments: try CombinationTable.rows())
  func eachRowOfTheTruthTableIsSo(row: CombinationRow) throws {
    let portal = try Portal(changes: row.configured)
    let target = row.operation.map { "merge.\($0)" } ?? "merge"
    #expect(try portal.judge("consultazione:\(target)", row.holds).isAllowed == row.consults)
    #expect(try portal.judge("dispositivo:\(target)", row.holds).isAllowed == row.disposes)
    #expect(Combination(row.holds, under: portal.policy).primaries.map(\.level).max() == row.level)
  }

  @Test(arguments: try CombinationTable.rows())
  func theOrderOfTheProofsDoesNotMatter(row: CombinationRow) throws {
    let portal = try Portal(changes: row.configured)
    let target = row.operation.map { "merge.\($0)" } ?? "merge"
    let reversed = Array(row.holds.reversed())
    #expect(try portal.judge("dispositivo:\(target)", reversed).isAllowed == row.disposes)
    #expect(try portal.judge("consultazione:\(target)", reversed).isAllowed == row.consults)
  }

  @Test func theDocumentHasTheSameRowsAndOutcomes() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/combination.md"), encoding: .utf8)
    let written = text.split(separator: "\n").filter { $0.hasPrefix("| T") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let rows = try CombinationTable.rows()
    #expect(written.map { [$0.first ?? ""] + $0.suffix(3) } == rows.map { [$0.id] + $0.outcome })
    #expect(written.allSatisfy { $0.count == 6 })
  }

  @Test func aProofThatDoesNotCountIsNotWhatATokenSpeaksOf() throws {
    let policy = try Portal(try Portal.row("card", .dispositive, level: .high, followedBy: [["totp"]])).policy
    let proofs = [try proof("pin-ordinario", at: Portal.now - .minutes(1)), try proof("card"), try proof("totp")]
    #expect(policy.leading(proofs, for: .consultation) == proofs[0])
    #expect(policy.leading(proofs, for: .dispositive) == nil)
    #expect(policy.leading([try proof("card"), try proof("totp")], for: .consultation) == nil)
  }

  @Test func twoKindsOfFactorAreMfaAndOneTwiceIsNot() throws {
    func methods(_ names: [String]) throws -> [String] {
      Combination(try names.map { try proof($0) }, under: try Portal().policy).amr
    }
    #expect(try methods(["pin-ordinario", "pin-dispositivo"]) == ["pin"])
    #expect(try methods(["pin-ordinario", "totp", "totp"]) == ["pin", "otp", "mfa"])
    #expect(try methods([]) == [])
  }

  @Test func theMethodsOfAProofThatDoesNotCountAreInNoToken() throws {
    let policy = try Portal(try Portal.row("card", .dispositive, level: .high, followedBy: [["totp"]])).policy
    let pin = try proof("pin-ordinario")
    #expect(Combination([pin, try proof("card")], under: policy).amr == pin.amr)
    let off = try Portal(try Portal.row("totp", enabled: false, primary: false)).policy
    #expect(Combination([pin, try proof("totp")], under: off).amr == pin.amr)
  }

  @Test func whatCannotBeConfirmedIsNeitherOfferedNorNamedAsEnough() throws {
    let portal = try Portal(
      try Portal.row("pin-dispositivo", .dispositive, followedBy: [["totp"]]),
      try Portal.row("totp", enabled: false, primary: false))
    let names = try ["spid", "card"].map(instance)
    #expect(try portal.judge("dispositivo:apply", []).enough?.instances == names)
    #expect(portal.policy.primaries.map(\.instance) == [try instance("pin-ordinario")] + names)
  }

  @Test func aStoredProofOfAnOlderVersionIsConfirmedByNothing() throws {
    let new = try proof("pin-dispositivo", credential: "p1", confirmedBy: ["totp"])
    let json = try JSONEncoder().encode(new)
    #expect(try JSONDecoder().decode(Authentication.self, from: json) == new)
    var fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(fields.removeValue(forKey: "confirmedBy") != nil)
    let old = try JSONDecoder().decode(Authentication.self, from: JSONSerialization.data(withJSONObject: fields))
    #expect(old == (try proof("pin-dispositivo", credential: "p1")))
  }
}
