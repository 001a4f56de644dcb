import AccessModel

extension AuthenticatorConformance {
  /// Right answers verify the right person, and no more often than the script allows.
  func rightAnswerFindings(_ script: Script) async -> [Finding] {
    let conversation: Conversation
    do {
      conversation = try await converse(script.login, answers: script.right)
    } catch {
      return [Finding(.rightAnswersVerify, "the right answers ended in a fault")]
    }
    var findings = conversation.turns.dropFirst().flatMap { inspect($0.step, isFirst: false) }
    findings += countableFindings(conversation.turns.map(\.step), about: script.subject)
    guard let subject = conversation.end.verifiedSubject else {
      return findings + [Finding(.rightAnswersVerify, "the right answers ended in \(conversation.end.outline)")]
    }
    if subject != script.expected {
      findings.append(Finding(.rightAnswersVerify, "the right answers verified another subject than expected"))
    }
    return findings + (script.singleUse ? await replayFindings(of: conversation, in: script) : [])
  }

  /// Sends the last turn of a login that succeeded once more, and then its answers in a new conversation.
  private func replayFindings(of conversation: Conversation, in script: Script) async -> [Finding] {
    guard let turn = conversation.turns.last else { return [] }
    var findings: [Finding] = []
    let again = try? await authenticator.resume(turn.answer, from: turn.state)
    if again?.verifiedSubject != nil {
      findings.append(Finding(.usedStepsStayUsed, "the same answer to the same state verified twice"))
    }
    let answers = AuthenticatorConformance.answering(conversation.turns.map(\.answer))
    let replayed = try? await converse(script.login, answers: answers)
    if replayed?.end.verifiedSubject != nil {
      findings.append(Finding(.usedStepsStayUsed, "the same answers verified in a second conversation"))
    }
    return findings
  }

  /// In a login about one citizen the right answers of another verify nobody.
  func subjectFindings(_ script: Script) async -> [Finding] {
    let purpose: LoginRequest.Purpose = authenticator.descriptor.role == .primary ? .stepUp : .secondFactor
    for stranger in AuthenticatorConformance.strangers {
      let login = LoginRequest(purpose: purpose, subject: stranger)
      let subject = try? await converse(login, answers: script.right).end.verifiedSubject
      if case .fiscalCode(let code) = subject, code != stranger {
        return [Finding(.subjectIsKept, "a login about one citizen verified another")]
      }
    }
    return []
  }
}
