extension AuthenticatorConformance {
  /// The right answers with the account spelt otherwise verify nobody: the host counts attempts by what was typed, so that
  /// every other spelling of one account is a count of its own.
  func spellingFindings(_ script: Script) async -> [Finding] {
    let descriptor = authenticator.descriptor
    guard descriptor.role == .primary, descriptor.attempts == .host else { return [] }
    var findings: [Finding] = []
    for respelling in Respelling.allCases {
      let answers: Answerer = { step, index in
        await script.right(step, index).map { respelling.applied(to: $0, of: step) }
      }
      guard let conversation = try? await converse(script.login, answers: answers),
        conversation.turns.contains(where: { $0.step.accountField != nil }),
        conversation.end.verifiedSubject != nil
      else { continue }
      findings.append(Finding(.oneSpelling, "\(respelling.rawValue) verified somebody"))
    }
    return findings
  }
}

/// Spellings of an account that a person may not mean, and that the host tells from the right one.
private enum Respelling: String, CaseIterable {
  case hyphen = "the account with a hyphen put in"
  case control = "the account with a control character (U+001F) appended"
  case zeroWidth = "the account with a zero-width space (U+200B) before it"

  func applied(to answer: LoginAnswer, of step: AuthenticationStep) -> LoginAnswer {
    guard let name = step.accountField, let account = answer[name] else { return answer }
    return answer.replacing(name, with: Secret(respelt(account)))
  }

  private func respelt(_ account: String) -> String {
    switch self {
    case .hyphen: "\(account.prefix(1))-\(account.dropFirst())"
    case .control: "\(account)\u{1F}"
    case .zeroWidth: "\u{200B}\(account)"
    }
  }
}

extension AuthenticationStep {
  /// The name of the field that asks for the account, where there is one.
  fileprivate var accountField: String? {
    guard case .prompt(let prompt, _) = self else { return nil }
    return prompt.fields.first { $0.kind == .account }?.name
  }
}
