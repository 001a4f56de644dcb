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

  /// - Parameter reader: gives the answers when their steps come.
  /// - Throws: ``ScriptTrouble`` for a citizen or a purpose that is none.
  func plan(_ reader: ScriptReader) throws(ScriptTrouble) -> ModuleExamination.Plan {
    let citizen = try citizen(subject)
    let attempts = (wrong ?? []).map { attempt in
      AuthenticatorConformance.WrongAttempt(
        attempt.name, answers: reader.answerer(attempt.answers, "wrong, \(attempt.name)"))
    }
    let script = AuthenticatorConformance.Script(
      purpose: try readPurpose(), subject: citizen, expected: try identity(citizen), wrong: attempts,
      singleUse: singleUse ?? false, right: reader.answerer(right, "right"))
    var pseudonym: (FiscalCode, String)?
    if case .pseudonym(let name) = subject, let citizen { pseudonym = (citizen, name) }
    return ModuleExamination.Plan(
      script: script, pseudonym: pseudonym, learnsFiscalCode: learnsFiscalCode, redirectsTo: redirectsTo ?? [])
  }

  private var learnsFiscalCode: Bool { if case .fiscalCode = subject { true } else { false } }

  private func readPurpose() throws(ScriptTrouble) -> LoginRequest.Purpose {
    guard let purpose else { return subject == nil ? .firstLogin : .secondFactor }
    let words: [String: LoginRequest.Purpose] = [
      "first-login": .firstLogin, "step-up": .stepUp, "second-factor": .secondFactor,
    ]
    guard let read = words[purpose] else {
      throw ScriptTrouble("purpose is none of \(words.keys.sorted().joined(separator: ", "))")
    }
    return read
  }

  private func citizen(_ name: WireSubject?) throws(ScriptTrouble) -> FiscalCode? {
    switch name {
    case nil: return nil
    case .local: throw ScriptTrouble("subject is a fiscal_code or a pseudonym")
    case .fiscalCode(let text): return try parsed(text, "subject")
    case .pseudonym:
      // Of whom only a pseudonym is said is nobody in particular, and still somebody.
      guard let nobody = AuthenticatorConformance.nobody(born: "52A03") else {
        throw ScriptTrouble("subject: no citizen can stand for it")
      }
      return nobody
    }
  }

  private func identity(_ citizen: FiscalCode?) throws(ScriptTrouble) -> VerifiedIdentity.Subject {
    if case .pseudonym = subject, expected != subject {
      throw ScriptTrouble("expected must be subject: who is told a pseudonym verifies that one or nobody")
    }
    switch expected {
    case .local(let name): return .local(name)
    case .fiscalCode(let text): return .fiscalCode(try parsed(text, "expected"))
    case .pseudonym:
      guard let citizen, expected == subject else {
        throw ScriptTrouble("expected is a pseudonym, and subject does not say it")
      }
      return .fiscalCode(citizen)
    }
  }

  private func parsed(_ code: String, _ key: String) throws(ScriptTrouble) -> FiscalCode {
    do { return try FiscalCode(code) } catch { throw ScriptTrouble("\(key) is no fiscal code: \(error)") }
  }
}

/// Anything, where only the keys beside it matter.
private struct AnyJSON: Decodable { init(from decoder: any Decoder) {} }
