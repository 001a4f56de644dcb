import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Synchronization
import Testing

/// For each rule a module that breaks it, and the finding that must follow.
@Suite struct ConformanceCatchesTests {
  typealias Rule = AuthenticatorConformance.Rule

  private let good: GoodModule
  init() throws { good = try GoodModule() }

  private func rules(
    _ authenticator: any Authenticator, _ script: AuthenticatorConformance.Script? = nil
  ) async -> Set<Rule> {
    Set(await AuthenticatorConformance(authenticator, script: script).run().map(\.rule))
  }

  @Test func aGoodModuleHasNoFindings() async {
    #expect(await AuthenticatorConformance(good.authenticator, script: good.script()).run().isEmpty)
    await expectConforms(good.authenticator, script: good.script())
  }

  @Test func aFaultAtTheBeginningIsFound() async {
    let bad = ScriptedAuthenticator(begin: { _ throws(AuthenticatorFault) in throw .unavailable("always") })
    #expect(await rules(bad).contains(.beginNeverFaults))
  }

  @Test func aSecondFactorThatNeedsNobodyIsFound() async {
    let bad = ScriptedAuthenticator(.secondFactor)
    #expect(await rules(bad) == [.secondFactorNeedsSubject])
  }

  @Test func aVerdictWithoutEvidenceIsFound() async {
    let identity = VerifiedIdentity(subject: .local("anybody"))
    let bad = ScriptedAuthenticator(begin: { _ throws(AuthenticatorFault) in .verified(identity) })
    #expect(await rules(bad).contains(.noVerdictWithoutEvidence))
  }

  @Test(arguments: [
    [], [PromptField("Name", label: "x", kind: .text)], [PromptField("1a", label: "x", kind: .text)],
    [PromptField("", label: "x", kind: .text)], [PromptField("è", label: "x", kind: .text)],
    [PromptField("a-b", label: "x", kind: .text)], [PromptField("scope", label: "x", kind: .text)],
    [PromptField("a", label: " ", kind: .text)],
    [PromptField("a", label: "x", kind: .text), PromptField("a", label: "y", kind: .text)],
  ])
  func aBadPromptIsFound(_ fields: [PromptField]) async {
    let bad = ScriptedAuthenticator(begin: { login throws(AuthenticatorFault) in .ask(login.subject, fields: fields) })
    #expect(await rules(bad) == [.promptsAreWellFormed])
  }

  @Test(arguments: [PromptField.Kind.secret, .code]) func aSecretThatNobodyCanCountIsFound(_ kind: PromptField.Kind)
    async
  {
    let fields = [PromptField("name", label: "Name", kind: .text), PromptField("word", label: "Word", kind: kind)]
    let bad = ScriptedAuthenticator(begin: { login throws(AuthenticatorFault) in .ask(login.subject, fields: fields) })
    #expect(await rules(bad) == [.secretsAreCountable])
  }

  @Test func aBadSecondPromptIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      answer["word"] == "right" ? .ask(nil, fields: [], id: "second") : .denied(.badCredentials)
    })
    let script = AuthenticatorConformance.Script(
      expected: .fiscalCode(good.citizen), right: [good.answer(good.citizen), good.answer(good.citizen)])
    #expect(await rules(bad, script).contains(.promptsAreWellFormed))
  }

  @Test(arguments: [(AuthenticationState.maximumBytes, false), (AuthenticationState.maximumBytes + 1, true)])
  func aLargeStateIsFound(_ bytes: Int, _ isFound: Bool) async {
    let state = AuthenticationState(bytes: [UInt8](repeating: 1, count: bytes))
    let bad = ScriptedAuthenticator(begin: { _ throws(AuthenticatorFault) in
      .prompt(Prompt(id: "word", fields: AuthenticationStep.fields), state)
    })
    #expect(await rules(bad).contains(.stateIsSmall) == isFound)
  }

  @Test func aMoodyModuleIsFound() async {
    let count = Counter()
    let bad = ScriptedAuthenticator(begin: { login throws(AuthenticatorFault) in
      count.next().isMultiple(of: 2) ? .ask(login.subject) : .denied(.badCredentials)
    })
    #expect(await rules(bad) == [.beginsBehaveAlike])
  }

  @Test func aModuleThatTakesAnythingIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (_, _) throws(AuthenticatorFault) in
      .verified(VerifiedIdentity(subject: .fiscalCode(good.citizen)))
    })
    let found = await rules(bad, good.script())
    #expect(found.isSuperset(of: [.hostileAnswersFail, .hostileStatesFail, .subjectIsKept, .wrongAnswersLookAlike]))
  }

  @Test func aModuleThatThrowsAtHostileBytesIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      guard answer["word"] != nil else { throw .unavailable("not text") }
      return good.resume(answer, state)
    })
    #expect(await rules(bad, good.script()) == [.hostileAnswersFail])
  }

  @Test func aModuleThatFallsBackToAnotherPersonOnABadStateIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      guard state.bytes.isEmpty, answer["word"] == "right" else { return good.resume(answer, state) }
      return .verified(VerifiedIdentity(subject: .fiscalCode(good.other)))
    })
    #expect(await rules(bad, good.script()) == [.hostileStatesFail])
  }

  @Test func rightAnswersThatFailAreFound() async {
    #expect(await rules(ScriptedAuthenticator(), good.script()) == [.rightAnswersVerify])
  }

  @Test func rightAnswersThatVerifySomebodyElseAreFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      guard case .verified = good.resume(answer, state) else { return .denied(.badCredentials) }
      return .verified(VerifiedIdentity(subject: .local("somebody")))
    })
    #expect(await rules(bad, good.script()).contains(.rightAnswersVerify))
  }

  @Test func aModuleThatForgetsWhomItIsAboutIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(
      begin: { _ throws(AuthenticatorFault) in .ask(nil) },
      resume: { (answer, state) throws(AuthenticatorFault) in good.resume(answer, state) })
    #expect(await rules(bad, good.script()) == [.subjectIsKept])
  }

  @Test func r9AModuleThatTellsUnknownFromWrongIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      answer["name"] == good.other.rawValue ? .denied(.notEnrolled) : good.resume(answer, state)
    })
    #expect(await rules(bad, good.script()) == [.wrongAnswersLookAlike])
  }

  @Test func r9ALockLooksLikeAWrongSecret() async {
    let good = good
    let module = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      answer["name"] == good.other.rawValue ? .denied(.locked) : good.resume(answer, state)
    })
    #expect(await rules(module, good.script()).isEmpty)
  }

  @Test func aModuleThatAsksAgainAfterAWrongSecretIsFound() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (answer, state) throws(AuthenticatorFault) in
      answer.secret("word") == Secret("wrong") ? .ask(nil) : good.resume(answer, state)
    })
    #expect(await rules(bad, good.script()) == [.wrongAnswersLookAlike])
  }

  @Test func aCodeThatWorksTwiceIsFound() async {
    #expect(await rules(good.authenticator, good.script(singleUse: true)) == [.usedStepsStayUsed])
  }

  @Test func noFindingNamesAPerson() async {
    let good = good
    let bad = ScriptedAuthenticator(resume: { (_, _) throws(AuthenticatorFault) in
      .verified(VerifiedIdentity(subject: .fiscalCode(good.other)))
    })
    let findings = await AuthenticatorConformance(bad, script: good.script()).run()
    #expect(!findings.isEmpty)
    #expect(
      findings.allSatisfy { !$0.description.contains(good.other.rawValue) && !$0.description.contains("right\"") })
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
