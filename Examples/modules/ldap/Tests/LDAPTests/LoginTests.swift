import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Foundation
import Testing

@testable import LDAPAuthenticator

/// The module with a real slapd.
@Suite struct LoginTests {
  private let directory: Directory

  init() throws { directory = try Directory() }

  private static func answer(_ name: String, _ password: String) -> LoginAnswer {
    LoginAnswer(["account": Secret(name), "password": Secret(password)])
  }

  private func login(
    _ name: String, _ password: String, _ changes: [String: String] = [:]
  ) async throws -> AuthenticationStep {
    let module = try directory.module(changes)
    guard case .prompt(_, let state) = try await module.begin(LoginRequest(purpose: .firstLogin)) else {
      throw DirectoryTrouble(description: "begin does not ask")
    }
    return try await module.resume(LoginTests.answer(name, password), from: state)
  }

  private func subject(_ step: AuthenticationStep) -> String? {
    guard case .verified(let identity) = step, case .local(let name) = identity.subject else { return nil }
    return name
  }

  private func isAskedAgain(_ step: AuthenticationStep) -> Bool {
    if case .prompt(let prompt, _) = step { prompt.id == "ldap" && prompt.message != nil } else { false }
  }

  @Test func theModuleKeepsEveryRuleThatTheGatewayReliesOn() async throws {
    let anna = try #require(try directory.attribute("entryUUID", of: "uid=anna"))
    let script = AuthenticatorConformance.Script(
      expected: .local(anna), right: [LoginTests.answer("anna", Directory.annas)],
      wrong: [
        .init("a wrong password", answers: [LoginTests.answer("anna", "wrong")]),
        .init("an unknown name", answers: [LoginTests.answer("zoe", Directory.annas)]),
        .init("another's password", answers: [LoginTests.answer("anna", Directory.stars)]),
        .init("a name of two", answers: [LoginTests.answer("twin", Directory.annas)]),
        .init("an entry without a password", answers: [LoginTests.answer("carla", Directory.annas)]),
        .init("every name at once", answers: [LoginTests.answer("*", Directory.annas)]),
        .init("a filter for a name", answers: [LoginTests.answer("anna)(uid=*", Directory.annas)]),
      ])
    await expectConforms(try directory.module(), script: script)
  }

  @Test func aPersonIsTheirEntryForGoodHoweverTheyWriteTheirName() async throws {
    let anna = try #require(try directory.attribute("entryUUID", of: "uid=anna"))
    for name in ["anna", "ANNA", "  anna "] {
      #expect(subject(try await login(name, Directory.annas)) == anna)
    }
  }

  @Test func aNameMadeOfWhatFiltersAreMadeOfIsANameLikeAnyOther() async throws {
    let found = subject(try await login(#"a*(b)\"#, Directory.stars))
    #expect(found != nil)
    #expect(found != subject(try await login("anna", Directory.annas)))
  }

  @Test(arguments: ["*", "a*", "ann*", "anna)(uid=*", "anna)(|(uid=*", "*)(uid=*))(|(uid=*", #"\61nna"#, "anna)"])
  func aNameIsNoFilter(_ name: String) async throws {
    #expect(try await login(name, Directory.annas) == .denied(.badCredentials))
  }

  @Test(arguments: ["uid=anna,ou=people,dc=ente,dc=example", "cn=search", "nobody", "search"])
  func aNameIsNoEntryAndNobodyOutsideOfTheBaseIsFound(_ name: String) async throws {
    for password in [Directory.annas, Directory.searchers, Directory.nobodys] {
      #expect(try await login(name, password) == .denied(.badCredentials))
    }
  }

  // MARK: Passwords

  @Test func anEmptyPasswordIsAskedAgainAndNeverBound() async throws {
    #expect(isAskedAgain(try await login("anna", "")))
    #expect(isAskedAgain(try await login("anna", "\0")))
    #expect(isAskedAgain(try await login("zoe", "")))
    directory.stop()
    // Asked of nobody: a directory that is away makes no difference.
    #expect(isAskedAgain(try await login("anna", "")))
  }

  @Test func whatServersTakeForAnAnonymousBindIsRefusedBeforeItIsSent() throws {
    let server = try #require(DirectoryServer(directory.url))
    let limit = TimeLimit(.seconds(9), world: .deterministic(clock: ManualClock()))
    let connection = try DirectoryConnection(server, authorities: "", limit: limit)
    let anna = try #require(DistinguishedName("uid=anna,ou=people,\(Directory.base)"))
    #expect(try connection.bind(as: anna, Secret("")) == .refused)
    #expect(try connection.bind(as: anna, Secret(Directory.annas)) == .proven)
    #expect(DistinguishedName("") == nil)
  }

  @Test func theDecoysPasswordProvesNobody() async throws {
    #expect(try await login("zoe", Directory.nobodys) == .denied(.badCredentials))
  }

  @Test func aPasswordThatMustBeChangedIsNotEnough() async throws {
    guard case .denied(let denial) = try await login("new", Directory.annas) else {
      Issue.record("let in")
      return
    }
    #expect(denial.rawValue == "password-change-required")
    #expect(try await login("new", "wrong") == .denied(.badCredentials))
  }

  @Test func aLockedAccountLooksLikeAWrongPassword() async throws {
    for _ in 0..<5 { #expect(try await login("anna", "wrong") == .denied(.badCredentials)) }
    #expect(try directory.attribute("pwdAccountLockedTime", of: "uid=anna") != nil)
    #expect(try await login("anna", Directory.annas) == .denied(.badCredentials))
  }

  // MARK: Subjects

  @Test func theSubjectIsTheAttributeThatTheSettingNames() async throws {
    #expect(subject(try await login("anna", Directory.annas, ["subject_attribute": "employeeNumber"])) == "7")
  }

  @Test(arguments: ["mail", "givenName"]) func noSubjectOrTwoAreAFaultOfOursAndAfterTheRightPasswordOnly(
    _ attribute: String
  ) async throws {
    let changes = ["subject_attribute": attribute]
    #expect(try await login("bruno", "wrong", changes) == .denied(.badCredentials))
    let words = "the directory: an entry has not one value of text in the attribute \(attribute)"
    await #expect(throws: AuthenticatorFault.undecided(words)) { try await login("bruno", Directory.annas, changes) }
  }

  // MARK: The directory

  @Test(arguments: [("anna", Directory.annas), ("anna", "wrong"), ("zoe", "wrong")])
  func aDirectoryThatIsAwayIsAFaultWhoeverAsks(_ name: String, _ password: String) async throws {
    directory.stop()
    // Nothing has been judged, so that the host need not count it.
    let words = "the directory: bind: Can't contact LDAP server (-1)"
    await #expect(throws: AuthenticatorFault.unavailable(words)) { try await login(name, password) }
  }

  @Test(arguments: [
    ["bind_dn": "cn=nobody,dc=ente,dc=example"], ["bind_dn": "cn=zoe,dc=ente,dc=example"],
    ["base": "ou=nowhere,dc=ente,dc=example"], ["bind_dn": "", "bind_password_file": ""],
  ])
  func anAccountThatMayNotSearchIsAFaultThatSaysNothingOfAnybody(_ changes: [String: String]) async throws {
    do {
      let step = try await login("anna", Directory.annas, changes)
      Issue.record("\(step)")
    } catch {
      let words = "\(error)"
      #expect(words.contains("the directory"))
      for secret in ["anna", Directory.annas, Directory.searchers] { #expect(!words.contains(secret)) }
    }
  }

  @Test func aLoginWhoseTimeIsOverAsksTheDirectoryNothing() async throws {
    let clock = ManualClock()
    let server = try #require(DirectoryServer(directory.url))
    let limit = TimeLimit(.seconds(2), world: .deterministic(clock: clock))
    let connection = try DirectoryConnection(server, authorities: "", limit: limit)
    let anna = try #require(DistinguishedName("uid=anna,ou=people,\(Directory.base)"))
    clock.advance(by: .seconds(2))
    #expect(throws: DirectoryFault(description: "bind: the time is over")) {
      try connection.bind(as: anna, Secret("wrong"))
    }
    #expect(try directory.attribute("pwdFailureTime", of: "uid=anna") == nil)
  }

  @Test func aDirectoryThatGoesBeforeTheConnectionDoesTakesNobodyAlong() throws {
    let server = try #require(DirectoryServer(directory.url))
    let limit = TimeLimit(.seconds(9), world: .deterministic(clock: ManualClock()))
    let anna = try #require(DistinguishedName("uid=anna,ou=people,\(Directory.base)"))
    let connection = try DirectoryConnection(server, authorities: "", limit: limit)
    #expect(try connection.bind(as: anna, Secret(Directory.annas)) == .proven)
    directory.stop()
    // Written into a pipe that nobody reads: by default that ends the process.
    for _ in 0..<3 { #expect(throws: DirectoryFault.self) { try connection.bind(as: anna, Secret(Directory.annas)) } }
  }

  @Test func itsHealthIsThatOfTheDirectory() async throws {
    let health = try #require(try directory.module().health)
    #expect(await health.state() == .ready("\(directory.url) answers"))
    directory.stop()
    guard case .away = await health.state() else {
      Issue.record("not away")
      return
    }
  }
}
