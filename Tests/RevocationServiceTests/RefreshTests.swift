import CertificateKit
import Testing

@testable import RevocationService

/// When a list is fetched again, and when it is not.
@Suite struct RefreshTests {
  let bench = Bench()
  let authority: TestAuthority
  let stranger: TestAuthority

  init() throws {
    authority = try TestAuthority("CA Cittadini")
    stranger = try TestAuthority("CA Altrove")
  }

  @Test func aListIsFetchedAgainAtFourFifthsOfItsLife() async throws {
    let list = authority.list(7, from: 0, to: 50_000)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      #expect(await keeper.tick() == TestAuthority.now + 40_000)
      bench.now += 39_999
      await keeper.tick()
      #expect(server.questions.count == 1)
      bench.now += 1
      await keeper.tick()
      #expect(server.questions.count == 2 && keeper.outcome == .unchanged)
    }
  }

  @Test func theNextQuestionIsConditional() async throws {
    let list = authority.list(7)
    let fields = ["ETag": "\"seven\"", "Last-Modified": "Sun, 15 Jun 2025 12:00:00 GMT"]
    try await LoopbackServer.run { _ in
      .answer(list, headers: fields)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      server.reply { _ in .answer([], status: 304) }
      bench.now = keeper.status()[0].nextAttempt
      await keeper.tick()
      let headers = server.questions[1].headers
      #expect(headers["if-none-match"] == "\"seven\"")
      #expect(headers["if-modified-since"] == "Sun, 15 Jun 2025 12:00:00 GMT")
      #expect(keeper.outcome == .unchanged && keeper.numbers == [[7]])
      #expect(keeper.status()[0].nextAttempt > bench.now)
    }
  }

  @Test func aRestartFetchesNothing() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      await bench.keeper(of: server.url(), trusting: [authority]).tick()
      bench.now += 600
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.load()
      #expect(keeper.numbers == [[7]])
      await keeper.tick()
      #expect(server.questions.count == 1)
      #expect(keeper.status()[0].nextAttempt > bench.now)
    }
  }

  @Test func aRestartRemembersWhatItHadAndNeverGoesBack() async throws {
    let lists = [authority.list(7), authority.list(6, from: 0)]
    try await LoopbackServer.run { _ in
      .answer(lists[0])
    } _: { server in
      await bench.keeper(of: server.url(), trusting: [authority]).tick()
      server.reply { _ in .answer(lists[1]) }
      bench.now += 2 * TestAuthority.day
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      #expect(keeper.outcome == .older && keeper.numbers == [[7]])
    }
  }

  @Test(arguments: ["turned", "cut off", "of a stranger", "gone"])
  func aCopyOnDiskThatIsNotGoodIsFetchedAgain(what: String) async throws {
    let list = authority.list(7)
    let strange = stranger.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      await bench.keeper(of: server.url(), trusting: [authority]).tick()
      let name = try #require(bench.files.keys.first { $0.hasSuffix(".crl") })
      switch what {
      case "turned": _ = try bench.write(list.dropLast() + [list[list.count - 1] ^ 1], to: name)
      case "cut off": _ = try bench.write(list.dropLast(20), to: name)
      case "of a stranger": _ = try bench.write(strange, to: name)
      default: DiskFile.remove("\(bench.directory)/\(name)")
      }
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.load()
      #expect(keeper.lists.lists.isEmpty)
      await keeper.tick()
      #expect(server.questions.count == 2 && keeper.numbers == [[7]])
      #expect(bench.files[name] == list)
    }
  }

  @Test func aNoteThatCannotBeReadDoesNoHarm() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list, headers: ["ETag": "\"x\""])
    } _: { server in
      await bench.keeper(of: server.url(), trusting: [authority]).tick()
      let name = try #require(bench.files.keys.first { $0.hasSuffix(".note") })
      _ = try bench.write([0xFF, 0x00, 0x0A], to: name)
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      #expect(keeper.numbers == [[7]] && server.questions.count == 1)
    }
  }

  @Test func failuresAreTriedAgainAtGrowingIntervals() async throws {
    try await LoopbackServer.run { _ in
      .answer([], status: 503)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      var pauses: [Int64] = []
      for _ in 0..<9 {
        await keeper.tick()
        pauses.append(keeper.status()[0].nextAttempt - bench.now)
        bench.now = keeper.status()[0].nextAttempt
      }
      #expect(pauses == [45, 90, 180, 360, 720, 1440, 2700, 2700, 2700])
    }
  }

  @Test func aListThatIsLateIsAskedForLikeAfterAFailure() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list, headers: ["ETag": "\"x\""])
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      await keeper.tick()
      server.reply { _ in .answer([], status: 304) }
      bench.now = TestAuthority.now + TestAuthority.day + 1
      await keeper.tick()
      #expect(keeper.status()[0].nextAttempt == bench.now + 45)
    }
  }

  @Test(.timeLimit(.minutes(1))) func theLoopEndsWhenItIsCancelled() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), trusting: [authority])
      let loop = Task { await keeper.run() }
      while keeper.lists.lists.isEmpty, !Task.isCancelled { await Task.yield() }
      loop.cancel()
      await loop.value
      #expect(keeper.numbers == [[7]])
    }
  }
}

@Suite struct ListScheduleTests {
  let schedule = ListSchedule(minimum: 3600, maximum: 86_400)

  @Test func chanceMovesTheTimeByATwentiethEachWay() {
    #expect(schedule.next(after: 0, thisUpdate: 0, nextUpdate: 50_000, chance: 0) == 37_500)
    #expect(schedule.next(after: 0, thisUpdate: 0, nextUpdate: 50_000, chance: 1) == 42_500)
  }

  @Test func aListOfAMonthIsAskedForDaily() {
    #expect(schedule.next(after: 0, thisUpdate: 0, nextUpdate: 30 * 86_400, chance: 0.5) == 86_400)
  }

  @Test func aListOfTwoHoursIsNotAskedForBeforeAnHour() {
    #expect(schedule.next(after: 3000, thisUpdate: 0, nextUpdate: 7200, chance: 0.5) == 6600)
  }

  @Test func aListThatRunsOutBeforeTheMinimumIsAskedForInTime() {
    #expect(schedule.next(after: 0, thisUpdate: 0, nextUpdate: 1000, chance: 0.5) == 800)
  }

  @Test func afterFourFifthsTheRestIsHalvedAgainAndAgain() {
    var now: Int64 = 800
    var times: [Int64] = []
    for _ in 0..<4 {
      now = schedule.next(after: now, thisUpdate: 0, nextUpdate: 1000, chance: 0.5)
      times.append(now)
    }
    #expect(times == [900, 960, 1020, 1080])
  }

  @Test func noAuthorityIsAskedMoreThanOnceAMinute() {
    #expect(schedule.next(after: 100, thisUpdate: 100, nextUpdate: 101, chance: 0) == 160)
    #expect(schedule.next(after: 100, thisUpdate: 100, nextUpdate: 0, chance: 0) == 160)
    let hasty = ListSchedule(minimum: 0, maximum: 0)
    #expect(hasty.next(after: 0, thisUpdate: 0, nextUpdate: 86_400, chance: 0.5) == 60)
  }
}
