import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

@Suite struct SubjectRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var local = false
    var primary = true
    var asserts = true
    var found: String? = "mario"
    var signedIn: String?
    var denial: Denial?
  }

  static let cases: [Case] = [
    Case(testDescription: "an instance that may names a citizen"),
    Case(testDescription: "the same one again", signedIn: "mario"),
    Case(testDescription: "somebody else", signedIn: "anna", denial: .anotherPerson),
    Case(testDescription: "nobody", found: nil, denial: .badCredentials),
    Case(
      testDescription: "nobody, while somebody is signed in", found: nil, signedIn: "mario", denial: .badCredentials),
    Case(testDescription: "an instance that may not names a citizen", asserts: false, denial: .notAllowed),
    Case(
      testDescription: "an instance that may not names the very one", asserts: false, signedIn: "mario",
      denial: .notAllowed),
    Case(testDescription: "an instance that may not names nobody", asserts: false, found: nil, denial: .notAllowed),
    Case(testDescription: "a link", local: true, asserts: false),
    Case(testDescription: "a link of an instance that may name citizens", local: true),
    Case(testDescription: "no link", local: true, asserts: false, found: nil, denial: .badCredentials),
    Case(testDescription: "another's link", local: true, asserts: false, signedIn: "anna", denial: .anotherPerson),
    Case(testDescription: "a second factor names the one signed in", primary: false, asserts: false, signedIn: "mario"),
    Case(
      testDescription: "a second factor names somebody else", primary: false, asserts: false, signedIn: "anna",
      denial: .anotherPerson),
    Case(
      testDescription: "a second factor with nobody signed in", primary: false, asserts: false, denial: .notAllowed),
    Case(
      testDescription: "a second factor names nobody", primary: false, asserts: false, found: nil, signedIn: "mario",
      denial: .badCredentials),
  ]

  @Test(arguments: cases) func whoItIs(_ row: Case) throws {
    let subject: VerifiedIdentity.Subject =
      row.local ? .local("card-17") : .fiscalCode(try FiscalCode("RSSMRA85T10H501O"))
    let verdict = SubjectRule.judge(
      subject, by: try Portal.row("x", primary: row.primary, asserts: row.asserts),
      found: row.found.map { CitizenID($0) },
      signedIn: row.signedIn.map { CitizenID($0) })
    #expect(verdict == row.denial.map { .failure(DenialError($0)) } ?? .success(CitizenID("mario")))
  }

  @Test(
    arguments: [
      (AccessRight.consultation, AssuranceLevel.none, [], false), (.consultation, .none, ["pin-ordinario"], true),
      (.consultation, .none, ["pin-dispositivo"], true), (.dispositive, .none, ["pin-ordinario"], false),
      (.dispositive, .none, ["pin-dispositivo"], true), (.consultation, .high, ["pin-dispositivo"], false),
      (.consultation, .high, ["card"], true), (.dispositive, .high, ["card"], true),
      (.consultation, .none, ["totp"], false),
    ] as [(AccessRight, AssuranceLevel, [String], Bool)])
  func aSessionLinksOnlyWhatIsWorthNoMoreThanItself(
    ceiling: AccessRight, level: AssuranceLevel, through: [String], may: Bool
  ) throws {
    let portal = try Portal()
    let citizen = CitizenID("mario")
    func state(at time: Instant) throws -> LoginFlow.State {
      let holder = AccessHolder(authentications: try through.map { try proof($0, at: time) }, profiles: [])
      return LoginFlow.State(goal: [], citizen: citizen, holder: holder)
    }
    let row = try Portal.row("x", ceiling, level: level)
    #expect(
      SubjectRule.mayLink(to: row, fresh: portal.flow.fresh(of: try state(at: Portal.now), at: Portal.now)) == may)
    let old = try state(at: Portal.now - .hours(1))
    #expect(!SubjectRule.mayLink(to: row, fresh: portal.flow.fresh(of: old, at: Portal.now)))
  }
}
