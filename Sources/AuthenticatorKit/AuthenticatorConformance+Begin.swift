import AccessModel

extension AuthenticatorConformance {
  /// Everything that shows before the first answer.
  func beginFindings() async -> [Finding] {
    var findings: [Finding] = []
    for login in ordinaryLogins {
      do {
        let step = try await authenticator.begin(login)
        findings += inspect(step, isFirst: true) + countableFindings([step], about: login.subject)
      } catch {
        findings.append(Finding(.beginNeverFaults, "begin threw for an ordinary \(login.purpose.rawValue.inKebabCase)"))
      }
      findings += await concurrencyFindings(login)
    }
    return findings + (await lonelySecondFactorFindings())
  }

  private func lonelySecondFactorFindings() async -> [Finding] {
    guard authenticator.descriptor.role == .secondFactor else { return [] }
    let step = try? await authenticator.begin(LoginRequest(purpose: .secondFactor))
    if case .denied = step { return [] }
    let outline = step?.outline ?? "a fault"
    return [Finding(.secondFactorNeedsSubject, "without a subject begin answered with \(outline), not a denial")]
  }

  private func concurrencyFindings(_ login: LoginRequest) async -> [Finding] {
    let outlines = await withTaskGroup(of: String.self) { group in
      for _ in 0..<32 {
        group.addTask { (try? await authenticator.begin(login))?.outline ?? "a fault" }
      }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    guard outlines.count > 1 else { return [] }
    let list = outlines.sorted().joined(separator: "; ")
    return [Finding(.beginsBehaveAlike, "32 equal requests at once were answered differently: \(list)")]
  }

  /// Judges one step by itself.
  func inspect(_ step: AuthenticationStep, isFirst: Bool) -> [Finding] {
    var findings: [Finding] = []
    if isFirst, step.verifiedSubject != nil {
      findings.append(Finding(.noVerdictWithoutEvidence, "begin verified somebody who had shown nothing"))
    }
    if let state = step.state, state.bytes.count > AuthenticationState.maximumBytes {
      findings.append(
        Finding(
          .stateIsSmall, "a state has \(state.bytes.count) bytes, more than \(AuthenticationState.maximumBytes)"))
    }
    if case .prompt(let prompt, _) = step { findings += inspect(prompt) }
    return findings
  }

  /// A secret that nobody can count attempts at could be guessed at for ever.
  func countableFindings(_ steps: [AuthenticationStep], about subject: FiscalCode?) -> [Finding] {
    guard authenticator.descriptor.attempts == .host, subject == nil else { return [] }
    for case .prompt(let prompt, _) in steps {
      let kinds = prompt.fields.map(\.kind)
      if kinds.contains(.account) { return [] }
      guard kinds.contains(.secret) || kinds.contains(.code) else { continue }
      return [
        Finding(
          .secretsAreCountable,
          "prompt \(prompt.id) asks for a secret, and no field of kind account stands in it or before it")
      ]
    }
    return []
  }

  private func inspect(_ prompt: Prompt) -> [Finding] {
    let names = prompt.fields.map(\.name)
    var complaints: [String] = []
    if prompt.id.isEmpty { complaints.append("a prompt has no id") }
    if names.isEmpty { complaints.append("prompt \(prompt.id) has no field") }
    if Set(names).count < names.count { complaints.append("prompt \(prompt.id) has two fields of one name") }
    for field in prompt.fields {
      if !field.hasUsableName { complaints.append("field name \(field.name) is not [a-z][a-z0-9_]*") }
      if PromptField.reservedNames.contains(field.name) { complaints.append("field name \(field.name) is reserved") }
      if field.label.allSatisfy(\.isWhitespace) { complaints.append("field \(field.name) has no label") }
    }
    return complaints.map { Finding(.promptsAreWellFormed, $0) }
  }
}
