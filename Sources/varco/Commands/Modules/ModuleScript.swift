import AccessModel
import AuthenticatorKit
import Foundation
import ModuleWire
import RemoteModules

/// The JSON file that tells `varco module check` how to log in; docs/remote-modules.md describes it.
struct ModuleScript: Decodable, Sendable {
  struct Wrong: Decodable, Sendable {
    let name: String
    let answers: [[String: ScriptValue]]
  }

  let purpose: String?
  let subject: WireSubject?
  let expected: WireSubject
  let right: [[String: ScriptValue]]
  let wrong: [Wrong]?
  let singleUse: Bool?
  let redirectsTo: [String]?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case purpose, subject, expected, right, wrong
    case singleUse = "single_use"
    case redirectsTo = "redirects_to"
  }

  /// - Throws: ``StartError/file(path:_:)`` that says which field is wrong.
  static func read(_ path: String) throws(StartError) -> ModuleScript {
    guard let data = FileManager.default.contents(atPath: path) else { throw .file(path: path, "cannot be read") }
    do throws(WireError) {
      let given = try WireCoding.decode([String: AnyJSON].self, data).keys
      let known = CodingKeys.allCases.map(\.rawValue)
      if let other = given.sorted().first(where: { !known.contains($0) }) { throw WireError("unknown key \(other)") }
      return try WireCoding.decode(ModuleScript.self, data)
    } catch { throw .file(path: path, error.description) }
  }

  /// - Throws: ``StartError/usage(_:)`` for a citizen or a purpose that is none.
  var plan: ModuleExamination.Plan {
    get throws(StartError) {
      let citizen = try citizen(subject)
      let script = AuthenticatorConformance.Script(
        purpose: try readPurpose(), subject: citizen, expected: try identity(citizen),
        wrong: try wrongAttempts(), singleUse: singleUse ?? false,
        right: { _, index in index < right.count ? LoginAnswer(ScriptValue.fields(right[index])) : nil })
      var pseudonym: (FiscalCode, String)?
      if case .pseudonym(let name) = subject, let citizen { pseudonym = (citizen, name) }
      return ModuleExamination.Plan(
        script: script, pseudonym: pseudonym, learnsFiscalCode: learnsFiscalCode, redirectsTo: redirectsTo ?? [])
    }
  }

  private var learnsFiscalCode: Bool { if case .fiscalCode = subject { true } else { false } }

  private func readPurpose() throws(StartError) -> LoginRequest.Purpose {
    guard let purpose else { return subject == nil ? .firstLogin : .secondFactor }
    let words: [String: LoginRequest.Purpose] = [
      "first-login": .firstLogin, "step-up": .stepUp, "second-factor": .secondFactor,
    ]
    guard let read = words[purpose] else {
      throw .usage("purpose is none of \(words.keys.sorted().joined(separator: ", "))")
    }
    return read
  }

  private func citizen(_ name: WireSubject?) throws(StartError) -> FiscalCode? {
    switch name {
    case nil: return nil
    case .local: throw .usage("subject is a fiscal_code or a pseudonym")
    case .fiscalCode(let text): return try FiscalCodeArgument(argument: text).parsed()
    case .pseudonym: return ModuleScript.nobody
    }
  }

  private func identity(_ citizen: FiscalCode?) throws(StartError) -> VerifiedIdentity.Subject {
    switch expected {
    case .local(let name): return .local(name)
    case .fiscalCode(let text): return .fiscalCode(try FiscalCodeArgument(argument: text).parsed())
    case .pseudonym:
      guard expected == subject, let citizen else { throw .usage("expected is a pseudonym, and not that of subject") }
      return .fiscalCode(citizen)
    }
  }

  private func wrongAttempts() throws(StartError) -> [AuthenticatorConformance.WrongAttempt] {
    (wrong ?? []).map { attempt in
      AuthenticatorConformance.WrongAttempt(
        attempt.name, answers: attempt.answers.map { LoginAnswer(ScriptValue.fields($0)) })
    }
  }

  /// A code in good form for a birth in a place that does not exist, for a citizen of whom only a pseudonym is said.
  private static let nobody = try? FiscalCode("XXXXXX52A03Z999D")
}

/// Anything, where only the keys beside it matter.
private struct AnyJSON: Decodable { init(from decoder: any Decoder) {} }
