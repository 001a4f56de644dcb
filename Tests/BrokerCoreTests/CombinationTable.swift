import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

/// One row of the truth table in docs/combination.md.
struct CombinationRow: Sendable, CustomTestStringConvertible {
  let id: String
  /// What differs from the test's portal.
  let configured: [RightsPolicy.Row]
  let holds: [Authentication]
  /// The operation asked for; nil for the service itself.
  var operation: String?
  let consults: Bool
  let disposes: Bool
  /// nil where no primary proof counts.
  let level: AssuranceLevel?

  var testDescription: String { id }

  /// As the document writes the outcome.
  var outcome: [String] { [consults ? "yes" : "no", disposes ? "yes" : "no", level?.description ?? "–"] }
}

/// The truth table as code; the document has the same rows in words.
enum CombinationTable {
  private typealias Row = CombinationRow
  private static let long = Portal.now - .minutes(20)

  static func rows() throws -> [CombinationRow] {
    try alone() + several() + inARow() + required() + stepUps() + strengths()
  }

  private static func alone() throws -> [CombinationRow] {
    [
      Row(id: "T1", configured: [], holds: [], consults: false, disposes: false, level: nil),
      Row(
        id: "T2", configured: [], holds: [try proof("pin-ordinario")], consults: true, disposes: false,
        level: AssuranceLevel.none),
      Row(id: "T3", configured: [], holds: [try proof("card")], consults: true, disposes: true, level: .high),
      Row(id: "T4", configured: [], holds: [try proof("totp")], consults: false, disposes: false, level: nil),
      Row(
        id: "T5", configured: [try Portal.row("card", enabled: false, .dispositive, level: .high)],
        holds: [try proof("card")], consults: false, disposes: false, level: nil),
      Row(
        id: "T6", configured: [try Portal.row("card", .dispositive, counts: false, level: .high)],
        holds: [try proof("card")], consults: true, disposes: false, level: .high),
    ]
  }

  private static func several() throws -> [CombinationRow] {
    [
      Row(
        id: "T7", configured: [try Portal.row("totp", primary: false, .dispositive, level: .high)],
        holds: [try proof("pin-ordinario"), try strong("totp")], consults: true, disposes: false,
        level: AssuranceLevel.none),
      Row(
        id: "T8", configured: [], holds: [try proof("card", at: long), try proof("pin-ordinario")], consults: true,
        disposes: false, level: .high),
      Row(
        id: "T9", configured: [try Portal.row("badge", level: .high)],
        holds: [try proof("badge", level: .high), try proof("pin-dispositivo")], operation: "strict", consults: true,
        disposes: false, level: .high),
    ]
  }

  private static func inARow() throws -> [CombinationRow] {
    let both = [["totp"], ["key"]]
    return [
      try pin("T10", [["totp"]], [[]], counts: false), try pin("T11", [["totp"]], [["totp"]], counts: true),
      try pin("T12", both, [["totp"]], counts: false), try pin("T13", both, [["key"]], counts: false),
      try pin("T14", both, [["totp", "key"]], counts: true), try pin("T15", both, [["key", "totp"]], counts: true),
      try pin("T16", both, [["totp", "totp"]], counts: false),
      try pin("T17", both, [["totp"], ["key"]], counts: false),
      try pin("T18", [["totp", "mail"]], [["mail"]], counts: true),
      try pin("T19", [["totp", "mail"], ["key"]], [["totp", "mail"]], counts: false),
      try pin("T20", [["totp", "mail"], ["totp"]], [["totp"]], counts: false),
    ]
  }

  private static func required() throws -> [CombinationRow] {
    let off = try Portal.row("totp", enabled: false, primary: false)
    let old = try proof("pin-dispositivo", at: long, confirmedBy: ["totp"])
    return [
      try pin("T21", [["totp"]], [[]], beside: [try proof("totp")], counts: false),
      Row(
        id: "T22", configured: [try Portal.row("pin-dispositivo", .dispositive, followedBy: [["totp"]])],
        holds: [old, try proof("totp", at: long), try proof("pin-dispositivo")], consults: true, disposes: false,
        level: AssuranceLevel.none),
      try pin("T23", [["totp"]], [["totp"]], off, counts: false),
      try pin("T24", [["totp"]], [["mail"]], counts: false), try pin("T25", [], [["mail"]], counts: true),
      Row(
        id: "T26", configured: [try Portal.row("pin-dispositivo", .dispositive, followedBy: [["spid"]])],
        holds: [try proof("pin-dispositivo", confirmedBy: ["spid"])], consults: false, disposes: false, level: nil),
    ]
  }

  private static func stepUps() throws -> [CombinationRow] {
    let off = try Portal.row("totp", enabled: false, primary: false)
    func row(
      _ id: String, on operation: String = "sealed", with changes: [RightsPolicy.Row] = [], _ holds: Authentication...,
      disposes: Bool, level: AssuranceLevel? = .high
    ) -> CombinationRow {
      Row(
        id: id, configured: changes, holds: holds, operation: operation, consults: level != nil, disposes: disposes,
        level: level)
    }
    let card = try proof("card")
    return [
      row("T27", card, disposes: false), row("T28", card, try proof("totp"), disposes: true),
      row("T29", card, try proof("totp", at: long), disposes: false),
      row("T30", try proof("card", at: long), try proof("totp"), disposes: false),
      row("T31", on: "either", with: [try key()], card, try proof("key"), disposes: true),
      row("T32", with: [off], card, try proof("totp"), disposes: false),
      row("T33", try proof("totp"), disposes: false, level: nil),
    ]
  }

  private static func strengths() throws -> [CombinationRow] {
    func row(_ id: String, _ acr: String, operation: String? = nil, _ disposes: Bool, _ level: AssuranceLevel?) throws
      -> CombinationRow
    {
      Row(
        id: id, configured: [try Portal.spid()], holds: [try proof("spid", level: .high, acr: Portal.acr(acr))],
        operation: operation, consults: level != nil, disposes: disposes, level: level)
    }
    return [
      try row("T34", "spid-1", false, .low), try row("T35", "spid-2", true, .substantial),
      try row("T36", "spid-2", operation: "strict", false, .substantial),
      try row("T37", "spid-9", false, nil),
    ]
  }

  /// A PIN dispositivo that second factors follow, and proofs of it, each with those that confirmed it.
  private static func pin(
    _ id: String, _ followedBy: [[String]], _ confirmations: [[String]], beside: [Authentication] = [],
    _ changes: RightsPolicy.Row..., counts: Bool
  ) throws -> CombinationRow {
    let pin = try Portal.row("pin-dispositivo", .dispositive, followedBy: followedBy)
    let used = try Set(confirmations.joined()).sorted().map { try proof($0) }
    return Row(
      id: id, configured: [pin, try key(), try Portal.row("mail", primary: false)] + changes,
      holds: try confirmations.map { try proof("pin-dispositivo", confirmedBy: $0) } + used + beside,
      consults: counts, disposes: counts, level: counts ? AssuranceLevel.none : nil)
  }

  private static func key() throws -> RightsPolicy.Row { try Portal.row("key", primary: false) }

  private static func strong(_ name: String) throws -> Authentication {
    Authentication(
      instance: try instance(name), credential: nil, level: .high, acr: Portal.acr(name), amr: ["otp"], at: Portal.now)
  }
}
