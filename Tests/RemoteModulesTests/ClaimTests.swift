import AccessModel
import AuthenticatorKit
import RemoteModules
import RemoteModulesTesting
import Testing

/// What a module may say of somebody, and what is a lie.
@Suite struct ClaimTests {
  private static let mario = "RSSMRA85T10H501O"
  private static let anna = "BNCNNA62A71F205V"
  private static let lie = AuthenticationStep.denied(.notAllowed)
  private let waiting = AuthenticationState(bytes: Array("?abc".utf8))

  private func resumed(_ reply: RawModule.Reply, at instance: RemoteInstance = RemoteInstance()) async throws
    -> AuthenticationStep
  {
    let module = RawModule(
      hello: RawModule.hello(role: instance.role, assurance: "high", ceiling: "dispositive"), resume: { reply })
    return try await module.run { socket in
      try await instance.authenticator(socket: socket).resume(LoginAnswer([:]), from: waiting)
    }
  }

  private func verified(
    _ subject: VerifiedIdentity.Subject, right: AccessRight? = nil, level: AssuranceLevel? = nil
  ) -> AuthenticationStep { .verified(VerifiedIdentity(subject: subject, right: right, level: level)) }

  @Test func beginVerifiesNobody() async throws {
    let module = RawModule(begin: { .verified(#"{"local": "anna"}"#) })
    try await module.run { socket in
      let remote = try RemoteInstance().authenticator(socket: socket)
      #expect(try await remote.begin(LoginRequest(purpose: .firstLogin)) == ClaimTests.lie)
    }
  }

  @Test func aRightAboveThePinnedCeilingIsALie() async throws {
    let reply = RawModule.Reply.verified(#"{"local": "anna"}"#, #", "right": "dispositive""#)
    #expect(try await resumed(reply) == ClaimTests.lie)
    var strong = RemoteInstance()
    strong.ceiling = .dispositive
    #expect(try await resumed(reply, at: strong) == verified(.local("anna"), right: .dispositive))
  }

  @Test(arguments: AssuranceLevel.allCases)
  func aLevelAboveThePinnedOneIsALie(_ pinned: AssuranceLevel) async throws {
    var instance = RemoteInstance()
    instance.level = pinned
    for said in AssuranceLevel.allCases {
      let reply = RawModule.Reply.verified(#"{"local": "anna"}"#, #", "level": "\#(said)""#)
      let expected = said <= pinned ? verified(.local("anna"), level: said) : ClaimTests.lie
      #expect(try await resumed(reply, at: instance) == expected)
    }
  }

  /// Whether the instance may say so at all is for the host to judge, as with every other module.
  @Test func aFiscalCodeIsHandedOnIfItIsOne() async throws {
    let code = try FiscalCode(ClaimTests.mario)
    let said = RawModule.Reply.verified(#"{"fiscal_code": "\#(ClaimTests.mario)"}"#)
    #expect(try await resumed(said) == verified(.fiscalCode(code)))
    let none = RawModule.Reply.verified(#"{"fiscal_code": "RSSMRA85T10H501A"}"#)
    #expect(try await resumed(none) == ClaimTests.lie)
  }

  @Test func aPseudonymThatNobodyWasGivenIsALie() async throws {
    #expect(try await resumed(.verified(#"{"pseudonym": "pseudonym-1"}"#)) == ClaimTests.lie)
  }

  // Second factors.

  private static var factor: RemoteInstance {
    var instance = RemoteInstance()
    instance.role = "second-factor"
    return instance
  }

  /// The way of a second factor about Mario.
  private func confirmed(
    _ instance: RemoteInstance, _ reply: @escaping @Sendable (_ begin: String) -> RawModule.Reply
  ) async throws -> (begin: String, end: AuthenticationStep) {
    let last = LastReply()
    let module = RawModule(hello: RawModule.hello(role: "second-factor"), resume: { last.reply })
    return try await module.run { socket in
      let remote = try instance.authenticator(socket: socket)
      let login = LoginRequest(purpose: .secondFactor, subject: try FiscalCode(ClaimTests.mario))
      guard case .prompt(_, let state) = try await remote.begin(login) else { throw NoPrompt() }
      let begin = try #require(module.requests.last).body
      last.reply = reply(begin)
      return (begin, try await remote.resume(LoginAnswer([:]), from: state))
    }
  }

  @Test func aSecondFactorIsGivenAPseudonymAndConfirmsIt() async throws {
    let (begin, end) = try await confirmed(ClaimTests.factor) { _ in .verified(#"{"pseudonym": "pseudonym-1"}"#) }
    #expect(begin.contains(#""subject":{"pseudonym":"pseudonym-1"}"#))
    #expect(!begin.contains(ClaimTests.mario))
    #expect(end == verified(.fiscalCode(try FiscalCode(ClaimTests.mario))))
  }

  @Test func aSecondFactorThatConfirmsSomebodyElseLies() async throws {
    let (_, end) = try await confirmed(ClaimTests.factor) { _ in .verified(#"{"pseudonym": "pseudonym-2"}"#) }
    #expect(end == ClaimTests.lie)
  }

  @Test func aSecondFactorLearnsTheFiscalCodeOnlyWhereTheOperatorSaysSo() async throws {
    var trusted = ClaimTests.factor
    trusted.more["learns_fiscal_code"] = "true"
    let (begin, end) = try await confirmed(trusted) { _ in .verified(#"{"fiscal_code": "\#(ClaimTests.mario)"}"#) }
    #expect(begin.contains(#""subject":{"fiscal_code":"\#(ClaimTests.mario)"}"#))
    #expect(end == verified(.fiscalCode(try FiscalCode(ClaimTests.mario))))
  }

  /// The host refuses it: `another-person`, whatever the instance may assert.
  @Test func aSecondFactorThatNamesAnotherCitizenIsHandedOnAsWhatItSaid() async throws {
    let (_, end) = try await confirmed(ClaimTests.factor) { _ in .verified(#"{"fiscal_code": "\#(ClaimTests.anna)"}"#) }
    #expect(end == verified(.fiscalCode(try FiscalCode(ClaimTests.anna))))
  }

  @Test func aSecondFactorMayNotSendAnybodyElsewhere() async throws {
    #expect(try await resumed(.redirect("https://idp.example/login"), at: ClaimTests.factor) == ClaimTests.lie)
  }

  @Test func aPrimaryModuleIsToldOfACitizenOnlyWhereTheOperatorSaysSo() async throws {
    for (learns, subject) in [("false", "null"), ("true", #"{"fiscal_code":"\#(ClaimTests.mario)"}"#)] {
      let module = RawModule()
      try await module.run { socket in
        var instance = RemoteInstance()
        instance.more["learns_fiscal_code"] = learns
        let login = LoginRequest(purpose: .stepUp, subject: try FiscalCode(ClaimTests.mario))
        _ = try await instance.authenticator(socket: socket).begin(login)
        #expect(try #require(module.requests.last).body.contains(#""subject":\#(subject)"#))
      }
    }
  }
}

struct NoPrompt: Error {}
