import AccessModel

extension AuthenticatorConformance {
  /// Wrong answers are denied, and nobody can tell from the denial what was wrong (rule R9).
  func wrongAnswerFindings(_ script: Script) async -> [Finding] {
    var findings: [Finding] = []
    var denials: [(name: String, denial: Denial)] = []
    for attempt in script.wrong {
      let login = LoginRequest(purpose: script.purpose, subject: attempt.subject ?? script.subject)
      let end = try? await converse(login, answers: attempt.answers).end
      if case .denied(let denial) = end {
        denials.append((attempt.name, denial))
      } else {
        let outline = end?.outline ?? "a fault"
        findings.append(Finding(.wrongAnswersLookAlike, "\(attempt.name) ended in \(outline), not in a denial"))
      }
    }
    return findings + unlikeDenials(denials)
  }

  private func unlikeDenials(_ denials: [(name: String, denial: Denial)]) -> [Finding] {
    guard let first = denials.first else { return [] }
    return denials.dropFirst().filter { $0.denial.seenFromOutside != first.denial.seenFromOutside }.map { other in
      Finding(
        .wrongAnswersLookAlike,
        "\(first.name) is denied as \(first.denial.rawValue.inKebabCase), \(other.name) as "
          + other.denial.rawValue.inKebabCase)
    }
  }

  /// Answers that no person gives by accident verify nobody and break nothing.
  func hostileAnswerFindings() async -> [Finding] {
    var findings: [Finding] = []
    for login in ordinaryLogins {
      for hostile in HostileAnswer.allCases {
        let answers: Answerer = { step, _ in hostile.answer(to: step) }
        do {
          let end = try await converse(login, answers: answers).end
          guard end.verifiedSubject != nil else { continue }
          findings.append(Finding(.hostileAnswersFail, "\(hostile.rawValue) verified somebody"))
        } catch {
          findings.append(Finding(.hostileAnswersFail, "\(hostile.rawValue) led to a fault, not to a step"))
        }
      }
    }
    return findings
  }
}

/// Kinds of answers that must lead nowhere.
private enum HostileAnswer: String, CaseIterable {
  case empty = "an answer without fields"
  case missing = "an answer that lacks its first field"
  case extra = "an answer with fields that nobody asked for"
  case blank = "an answer of empty values"
  case nul = "an answer with NUL bytes"
  case long = "an answer of 10 kB values"
  case invalid = "an answer that is not UTF-8"
  case emoji = "an answer of emoji"

  func answer(to step: AuthenticationStep) -> LoginAnswer {
    let names = step.fieldNames
    return switch self {
    case .empty: LoginAnswer([:])
    case .missing: fill(names.dropFirst(), [0x31])
    case .extra: fill(names + ["subject", "fiscal_code", "verified", ""], [0x31])
    case .blank: fill(names, [])
    case .nul: fill(names, [0x31, 0x00, 0x31])
    case .long: fill(names, [UInt8](repeating: 0x41, count: 10_240))
    case .invalid: fill(names, [0xC3, 0x28, 0xFF, 0xFE])
    case .emoji: fill(names, Array("🪪🇮🇹👩‍👩‍👧".utf8))
    }
  }

  private func fill(_ names: some Sequence<String>, _ bytes: [UInt8]) -> LoginAnswer {
    LoginAnswer(Dictionary(names.map { ($0, Secret(bytes)) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension AuthenticationStep {
  /// The fields that a prompt asks for; for a redirect the parameters that protocols commonly send back.
  fileprivate var fieldNames: [String] {
    if case .prompt(let prompt, _) = self { prompt.fields.map(\.name) } else { ["SAMLResponse", "RelayState", "code"] }
  }
}

extension Denial {
  /// What a person gets to see: the reason where it may be told, one refusal for the rest.
  fileprivate var seenFromOutside: Denial { isRevealable ? self : .badCredentials }
}
