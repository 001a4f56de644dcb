import CertificateKit
import Crypto
import Testing

@testable import RevocationService

@Suite struct FetchTests {
  let bench = Bench()
  let authority: TestAuthority
  let stranger: TestAuthority

  init() throws {
    authority = try TestAuthority("CA Cittadini")
    stranger = try TestAuthority("CA Altrove")
  }

  @Test func aListIsFetchedUsedAndKept() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      #expect(keeper.numbers == [[7]] && keeper.outcome == .accepted)
      let certificate = try authority.issue(99)
      guard case .revoked = keeper.status(of: certificate, issuedBy: authority.certificate, at: bench.now) else {
        Issue.record("the list is not used")
        return
      }
      #expect(bench.files.values.contains(list) && bench.files.count == 2)
      #expect(server.questions.map(\.method) == ["GET"] && server.questions[0].target == "/ca.crl")
    }
  }

  /// Waits long for what comes, and not long for what never does.
  private func keeper(of server: LoopbackServer, facing bad: BadAnswer) -> RevocationListKeeper {
    bench.keeper(of: server.url(), trusting: [authority, stranger]) {
      $0.maximumBytes = 4096
      if bad.expected == .timedOut { $0.fetchLimit = .milliseconds(300) }
    }
  }

  /// Each leaves the last good list where it is, in memory and on disk.
  @Test(arguments: BadAnswer.all) func aBadAnswerHasANameAndChangesNothing(_ bad: BadAnswer) async throws {
    let good = authority.list(7)
    let reply = try bad.reply(authority, stranger)
    try await LoopbackServer.run { _ in
      .answer(good)
    } _: { server in
      await bench.keeper(of: server.url(), trusting: [authority]).tick()
      let keeper = keeper(of: server, facing: bad)
      await keeper.load()
      let before = bench.files
      server.reply { _ in reply }
      bench.now = keeper.status()[0].nextAttempt
      await keeper.tick()
      #expect(keeper.outcome == bad.expected)
      #expect(keeper.numbers == [[7]] && bench.files == before)
      #expect(bench.metrics["varco_crl_fetches_total", bad.expected.rawValue] == 1)
    }
  }

  @Test(arguments: BadAnswer.all.filter(\.isBadAlone))
  func aBadFirstAnswerIsNotUsedAtAll(_ bad: BadAnswer) async throws {
    let reply = try bad.reply(authority, try TestAuthority("CA Ignota"))
    try await LoopbackServer.run { _ in
      reply
    } _: { server in
      let keeper = keeper(of: server, facing: bad)
      await keeper.tick()
      #expect(keeper.outcome == bad.expected)
      #expect(keeper.lists.lists.isEmpty && bench.files.isEmpty)
    }
  }

  @Test func anAuthorityWhoseKeyIsNotForListsSignsNone() async throws {
    let authority = try TestAuthority("CA Cittadini", signsLists: false)
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      #expect(keeper.outcome == .otherIssuer && keeper.lists.lists.isEmpty)
    }
  }

  @Test func nobodyListeningIsUnreachable() async throws {
    let port = try await LoopbackServer.run { _ in
      .hang
    } _: {
      $0.port
    }
    let keeper = bench.keeper(of: "http://127.0.0.1:\(port)/ca.crl", trusting: [authority])
    await keeper.tick()
    #expect(keeper.outcome == .unreachable)
  }

  @Test func aDiskThatFailsTakesNothingFromMemory() async throws {
    let list = authority.list(7)
    let path = try bench.write([], to: "a-file")
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority]) { $0.stateDirectory = "\(path)/below" }
      await keeper.tick()
      #expect(keeper.numbers == [[7]] && keeper.outcome == .notSaved)
    }
  }

  @Test func aNewerListReplacesTheLastOne() async throws {
    let lists = [authority.list(7), authority.list(8, from: -60, revoked: [99, 100])]
    try await LoopbackServer.run { _ in
      .answer(lists[0])
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      server.reply { _ in .answer(lists[1]) }
      bench.now = keeper.status()[0].nextAttempt
      await keeper.tick()
      #expect(keeper.numbers == [[8]] && keeper.status()[0].count == 2)
      #expect(bench.files.values.contains(lists[1]) && !bench.files.values.contains(lists[0]))
    }
  }

  @Test func aListOfAnotherIssuerIsTakenOnceTheLastOneHasRunOut() async throws {
    let lists = [authority.list(7), stranger.list(1, to: 30 * TestAuthority.day)]
    try await LoopbackServer.run { _ in
      .answer(lists[0])
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority, stranger])
      await keeper.tick()
      server.reply { _ in .answer(lists[1]) }
      bench.now = TestAuthority.now + TestAuthority.day + 1
      await keeper.tick()
      #expect(keeper.numbers == [[1]] && keeper.outcome == .accepted)
    }
  }

  @Test func twoTicksAtOnceAskOnce() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      async let first = keeper.tick()
      async let second = keeper.tick()
      _ = await (first, second)
      #expect(server.questions.count == 1)
    }
  }

  @Test func theOldestListsAgeIsMeasured() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      let label = Hexadecimal.text(SHA256.hash(data: Array(server.url().utf8)).prefix(6))
      #expect(bench.metrics["varco_crl_age_seconds", label] == 3600)
      #expect(bench.metrics["varco_crl_remaining_seconds", label] == Double(TestAuthority.day))
    }
  }
}
