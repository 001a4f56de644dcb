import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import BrokerStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import GatewayHTTP

/// Attempts at a module that has no vault, over HTTP: counted by the account that is named, whoever names it.
@Suite struct AttemptTests {
  private let module = PasswordModule()
  private let password = InstanceID("password")

  private func desk(followedBy: [[InstanceID]] = []) async throws -> Desk {
    let desk = try await Desk([
      (try PasswordModule.row(followedBy: followedBy), module), (try CodeModule.row(), CodeModule()),
    ])
    for name in ["anna", "mario"] { try await link(desk, "\(name)-entry", to: name) }
    return desk
  }

  private func link(_ desk: Desk, _ subject: String, to citizen: String) async throws {
    try await CitizenStore(desk.ledger).link(
      instance: try #require(password), subject: subject, to: CitizenID(citizen),
      audit: AuditEntry(.linkMade, by: .system, at: desk.clock.now))
  }

  private func say(
    _ desk: Desk, _ name: String, _ secret: String, session: String? = nil, more: [String: String] = [:]
  ) async throws -> Answer {
    var fields = ["authenticator": "password", "account": name, "password": secret].merging(more) { $1 }
    fields["auth_session"] = session
    return try await desk.begin(fields)
  }

  private func isIn(_ answer: Answer) -> Bool { answer["authorization_code"] != nil }

  @Test func safety1GuessesAtAnotherAccountAreCountedThereWhoeverIsSignedIn() async throws {
    let desk = try await desk()
    let session = try #require(try await say(desk, "mario", "right")["auth_session"])
    for _ in 0..<3 { #expect(!isIn(try await say(desk, "anna", "wrong", session: session, more: ["max_age": "0"]))) }
    #expect(!isIn(try await say(desk, "anna", "right")), "anna's account is locked")
    #expect(isIn(try await say(desk, "mario", "right")), "and mario's is not")
  }

  @Test func safety1WhoeverProvesToBeSomebodyElseHasGuessed() async throws {
    let desk = try await desk()
    let session = try #require(try await say(desk, "mario", "right")["auth_session"])
    #expect(!isIn(try await say(desk, "anna", "right", session: session, more: ["max_age": "0"])))
    #expect(!isIn(try await say(desk, "anna", "right")), "a right guess leaves the same trace as a wrong one")
  }

  @Test func safety1WhatBreaksWhileItIsJudgedIsAnAttempt() async throws {
    let desk = try await desk()
    module.meet(.undecided)
    #expect(!isIn(try await say(desk, "anna", "wrong")))
    module.meet(.none)
    #expect(!isIn(try await say(desk, "anna", "right")))
    desk.clock.advance(by: .minutes(4))
    #expect(isIn(try await say(desk, "anna", "right")))
  }

  @Test func whatWasNotJudgedIsNoAttempt() async throws {
    let desk = try await desk()
    module.meet(.unavailable)
    #expect(!isIn(try await say(desk, "anna", "right")))
    module.meet(.none)
    #expect(isIn(try await say(desk, "anna", "right")))
  }

  @Test(arguments: ["anna\u{1F}", "an\u{200B}na", String(repeating: " ", count: 520) + "anna"])
  func safety1ANameThatHidesSomethingReachesNoModule(name: String) async throws {
    let desk = try await desk()
    let seen = module.seen
    #expect(!isIn(try await say(desk, name, "right")))
    #expect(module.seen == seen)
  }

  @Test(arguments: ["ANNA", " anna ", "\u{FF41}nna"])
  func safety1OtherSpellingsHaveTheSameLock(name: String) async throws {
    let desk = try await desk()
    #expect(!isIn(try await say(desk, name, "wrong")))
    #expect(!isIn(try await say(desk, "anna", "right")))
  }

  @Test func safety2AStrangersGuessesDoNotLockTheOwnersDeviceUnderWhateverNameTheModuleKnowsThem() async throws {
    let desk = try await desk()
    let first = try await say(desk, "anna", "right")
    let cookie = try #require(first.headers[.setCookie]?.split(separator: ";").first.map(String.init))
    #expect(!isIn(try await say(desk, "anna", "wrong")), "a stranger")
    #expect(!isIn(try await say(desk, "anna", "right")), "locks strangers out")
    let fields = [
      "authenticator": "password", "account": "anna", "password": "right", "scope": "consultazione:slip",
      "code_challenge": Desk.challenge, "code_challenge_method": "S256", "client_id": "app",
      "client_secret": desk.secret.utf8Text ?? "",
    ]
    let body = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    let owner = try await desk.send(
      .post, "/oauth2/authorize-challenge",
      [.contentType: "application/x-www-form-urlencoded", .cookie: cookie], body: ByteBuffer(string: body))
    #expect(isIn(owner), "and not the owner")
  }

  @Test func r12ALinkThatEndsBetweenTwoFactorsEndsTheLogin() async throws {
    let desk = try await desk(followedBy: [[try #require(InstanceID("code"))]])
    let asked = try await say(desk, "anna", "right")
    let name = try #require(asked["auth_session"])
    try await CitizenStore(desk.ledger).unlink(
      instance: try #require(password), subject: "anna-entry", of: CitizenID("anna"),
      audit: AuditEntry(.linkRemoved, by: .system, at: desk.clock.now))
    let answer = try await desk.challenge(["auth_session": name, "code": "123456"])
    #expect(!isIn(answer) && answer["error"] == "access_denied")
  }

  @Test func aRefusalsRecordNamesTheInstanceAndTheAccountsTagAndNoName() async throws {
    let desk = try await desk()
    _ = try await say(desk, "zoe", "wrong")
    _ = try await say(desk, "ZOE", "wrong")
    let details = try await AuditStore(desk.ledger).records(after: nil, limit: 100).filter { $0.kind == "denial" }.map(
      \.detail)
    #expect(details.count == 2)
    let records = try details.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
    }
    #expect(records.allSatisfy { $0["instance"] == "password" && $0["account"]?.isEmpty == false })
    #expect(records[0]["account"] == records[1]["account"])
    #expect(!details.joined().lowercased().contains("zoe"))
  }
}
