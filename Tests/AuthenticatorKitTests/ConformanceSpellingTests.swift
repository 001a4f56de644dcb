import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

/// The host counts by the account as it was typed, so that there is one way to type it.
@Suite struct ConformanceSpellingTests {
  private static let fields = [
    PromptField("name", label: "Name", kind: .account), PromptField("word", label: "Password", kind: .secret),
  ]

  /// A module that reads the account as the closure does.
  private func module(
    _ role: AuthenticatorDescriptor.Role = .primary, reading: @escaping @Sendable (String) -> String
  ) -> ScriptedAuthenticator {
    ScriptedAuthenticator(
      role, begin: { login throws(AuthenticatorFault) in .ask(login.subject, fields: ConformanceSpellingTests.fields) },
      resume: { (answer, _) throws(AuthenticatorFault) in
        guard reading(answer["name"] ?? "") == "anna", answer["word"] == "right" else {
          return .denied(.badCredentials)
        }
        return .verified(VerifiedIdentity(subject: .local("anna")))
      })
  }

  private let script = AuthenticatorConformance.Script(
    expected: .local("anna"), right: [LoginAnswer(["name": Secret("anna"), "word": Secret("right")])])

  private func findings(_ module: any Authenticator) async -> [String] {
    await AuthenticatorConformance(module, script: script).run().map(\.description)
  }

  @Test func oneSpellingIsAsItShouldBe() async {
    let examination = await AuthenticatorConformance(module { $0 }, script: script).examine()
    #expect(examination.findings == [])
    #expect(examination.unchecked[.oneSpelling] == nil)
  }

  @Test(arguments: [
    ("-", "the account with a hyphen put in"), ("\u{1F}", "the account with a control character (U+001F) appended"),
    ("\u{200B}", "the account with a zero-width space (U+200B) before it"),
  ]) func aSpellingTooManyIsFound(_ ignored: Unicode.Scalar, _ what: String) async {
    let bad = module { account in String(String.UnicodeScalarView(account.unicodeScalars.filter { $0 != ignored })) }
    #expect(await findings(bad) == ["one-spelling: \(what) verified somebody"])
  }

  /// The host folds case and white space itself before it counts.
  @Test func whatTheHostFoldsIsNoOtherSpelling() async {
    #expect(await findings(module { $0.lowercased().filter { $0 != " " } }) == [])
  }
}

/// A rule may not pass for kept because there was no occasion to break it.
@Suite struct ConformanceUncheckedTests {
  private typealias Rule = AuthenticatorConformance.Rule
  private let good: GoodModule
  init() throws { good = try GoodModule() }

  @Test func whatAModuleThatAlwaysDeniesWouldDoIsNotKnown() async {
    let module = ScriptedAuthenticator(begin: { _ throws(AuthenticatorFault) in .denied(.badCredentials) })
    let examination = await AuthenticatorConformance(module, script: good.script(singleUse: true)).examine()
    #expect(examination.findings.map(\.rule) == [.rightAnswersVerify])
    #expect(!examination.hasVerified)
    #expect(
      examination.unchecked == [
        .secondFactorNeedsSubject: "the module is primary", .promptsAreWellFormed: "no prompt was seen",
        .secretsAreCountable: "no prompt was seen", .stateIsSmall: "nothing was asked that could be answered",
        .hostileAnswersFail: "nothing was asked that could be answered",
        .hostileStatesFail: "nothing was asked that could be answered",
        .oneSpelling: "no field of kind account was seen",
        .subjectIsKept: "no login ended verified", .wrongAnswersLookAlike: "no login ended verified",
        .usedStepsStayUsed: "no login ended verified",
      ])
  }

  @Test func nothingIsKnownOfAModuleThatOnlyFaults() async {
    let module = ScriptedAuthenticator(begin: { _ throws(AuthenticatorFault) in throw .unavailable("always") })
    let unchecked = await AuthenticatorConformance(module).examine().unchecked
    #expect(unchecked[.noVerdictWithoutEvidence] == "begin answered nothing")
    #expect(unchecked[.beginsBehaveAlike] == "begin answered nothing")
    #expect(unchecked[.beginNeverFaults] == nil)
  }

  @Test func withoutAScriptTheRestIsChecked() async {
    let unchecked = await AuthenticatorConformance(good.authenticator).examine().unchecked
    #expect(
      unchecked == [
        .secondFactorNeedsSubject: "the module is primary", .rightAnswersVerify: "needs a script",
        .subjectIsKept: "needs a script", .oneSpelling: "needs a script",
        .wrongAnswersLookAlike: "needs a script with wrong attempts",
        .usedStepsStayUsed: "needs a script for codes that are good once",
      ])
  }

  @Test func aRuleThatIsBrokenIsChecked() async {
    let module = ScriptedAuthenticator(resume: { (answer, _) throws(AuthenticatorFault) in
      answer["word"] == "right" ? .denied(.badCredentials) : .denied(.notEnrolled)
    })
    let examination = await AuthenticatorConformance(module, script: good.script()).examine()
    let sentence =
      "a wrong password is denied as not-enrolled, an unknown citizen as bad-credentials"
    #expect(examination.findings.map(\.sentence).contains(sentence))
    #expect(examination.unchecked[.wrongAnswersLookAlike] == nil)
  }

  @Test func aSecondFactorHasNoAccountToSpell() async {
    let module = ScriptedAuthenticator(.secondFactor)
    #expect(
      await AuthenticatorConformance(module, script: good.script()).examine().unchecked[.oneSpelling]
        == "the module is a second factor")
  }
}
