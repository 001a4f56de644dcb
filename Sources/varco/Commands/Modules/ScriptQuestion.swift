import AuthenticatorKit
import Foundation
import Synchronization

/// What is wrong with a script, in words for its author.
struct ScriptTrouble: Error, Sendable {
  let text: String
  init(_ text: String) { self.text = text }
}

/// The step that a script answers, as a command reads it: JSON with the prompt, or with the redirect.
struct ScriptQuestion: Sendable, Encodable {
  private struct Field: Sendable, Encodable {
    let name: String
    let label: String
    let kind: String
  }

  private let id: String?
  private let message: String?
  private let fields: [Field]?
  private let url: String?
  private let form: [String: String]?

  /// - Returns: nil for a verdict, which asks nothing.
  init?(_ step: AuthenticationStep) {
    switch step {
    case .prompt(let prompt, _):
      (id, message, url, form) = (prompt.id, prompt.message, nil, nil)
      fields = prompt.fields.map { Field(name: $0.name, label: $0.label, kind: $0.kind.rawValue) }
    case .redirect(let redirect, _):
      (id, message, fields, url, form) = (nil, nil, nil, redirect.url, redirect.form)
    case .verified, .denied: return nil
    }
  }

  /// One line.
  var json: Data { ((try? JSONEncoder().encode(self)) ?? Data()) + Data("\n".utf8) }

  /// - Returns: why the names are not those of the prompt; nil where they are, or where any will do.
  func complaint(about names: some Sequence<String>) -> String? {
    guard let id, let fields else { return nil }
    let known = fields.map(\.name)
    guard let other = names.sorted().first(where: { !known.contains($0) }) else { return nil }
    return "the prompt \(id) has no field \(other): it has \(known.joined(separator: ", "))"
  }
}

/// Gives a script's answers step by step, and remembers what was wrong with the script.
final class ScriptReader: Sendable {
  private let found = Mutex<[String]>([])

  /// Each trouble once: the suite leads many conversations.
  var troubles: [String] { found.withLock { $0 } }

  /// - Parameter place: of the answers in the script, such as `right`.
  func answerer(_ answers: [[String: ScriptValue]], _ place: String) -> AuthenticatorConformance.Answerer {
    let asked = Mutex(Set<Int>())
    return { [self] step, index in
      guard index < answers.count, let question = ScriptQuestion(step) else { return nil }
      // Later conversations damage the state, so that a prompt may not be the one that the script means.
      let isFirst = asked.withLock { $0.insert(index).inserted }
      if isFirst, let complaint = question.complaint(about: answers[index].keys) { note(place, index, complaint) }
      return LoginAnswer(
        answers[index].compactMapValues { value in
          do throws(ScriptTrouble) { return try value.answer(to: question) } catch {
            note(place, index, error.text)
            return nil
          }
        })
    }
  }

  private func note(_ place: String, _ index: Int, _ trouble: String) {
    let text = "\(place), answer \(index + 1): \(trouble)"
    found.withLock { if !$0.contains(text) { $0.append(text) } }
  }
}
