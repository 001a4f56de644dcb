import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import Testing

@Suite struct SettingsTests {
  private func settings(_ pairs: KeyValuePairs<String, String>) -> Settings { Settings(path: "part", scalars: pairs) }

  private func problem(_ body: () throws(ConfigurationError) -> Void) -> ConfigurationProblem? {
    do throws(ConfigurationError) {
      try body()
      return nil
    } catch {
      return error.problems.first
    }
  }

  @Test(arguments: [("4", 4), ("12", 12), ("7", 7)])
  func aNumberWithinItsRangeIsRead(_ text: String, _ number: Int) throws {
    var part = settings(["n": text])
    #expect(try part.integer("n", in: 4...12) == number)
    try part.finish()
  }

  @Test(arguments: ["3", "13", "", "x", "4.5", " 4", "99999999999999999999"])
  func aNumberOutsideIsNamedWithItsLineAndRange(_ text: String) {
    let found = problem { () throws(ConfigurationError) in
      var part = settings(["other": "1", "n": text])
      _ = try part.integer("n", in: 4...12)
    }
    #expect(found?.description == "line 2: part.n: must be a whole number from 4 to 12")
  }

  @Test func anAbsentKeyIsItsDefaultOrRequired() throws {
    var part = settings([:])
    #expect(try part.integer("n", in: 4...12, default: 6) == 6)
    #expect(try part.string("s", default: "x") == "x")
    #expect(try part.optionalString("s") == nil)
    #expect(try part.boolean("b", default: true))
    #expect(try part.strings("l").isEmpty)
    let found = problem { () throws(ConfigurationError) in _ = try part.string("s") }
    #expect(found?.message == "is required")
  }

  @Test(arguments: [
    ("30s", TimeSpan.seconds(30)), ("30", .seconds(30)), ("15m", .minutes(15)), ("12h", .hours(12)),
    ("180d", .days(180)),
  ])
  func aSpanIsReadWithItsUnit(_ text: String, _ span: TimeSpan) throws {
    var part = settings(["t": text])
    #expect(try part.span("t", in: .seconds(1)...(.days(365))) == span)
  }

  @Test(arguments: ["0s", "366d", "-5s", "5w", "m", "", "1.5h", "9223372036854775807d"])
  func aSpanOutsideFails(_ text: String) {
    let found = problem { () throws(ConfigurationError) in
      var part = settings(["t": text])
      _ = try part.span("t", in: .seconds(1)...(.days(365)))
    }
    #expect(found?.line == 1 && found?.key == "part.t")
  }

  @Test func aWordThatIsNoChoiceIsToldTheChoices() {
    let found = problem { () throws(ConfigurationError) in
      var part = settings(["c": "third"])
      _ = try part.choice("c", of: ["first": 1, "second": 2])
    }
    #expect(found?.message == "must be one of first, second")
  }

  @Test(arguments: ["yes", "True", "1", ""])
  func onlyTrueAndFalseAreBooleans(_ text: String) {
    let found = problem { () throws(ConfigurationError) in
      var part = settings(["b": text])
      _ = try part.boolean("b")
    }
    #expect(found?.message == "must be true or false")
  }

  @Test func everyUnknownKeyIsNamedWithItsLine() {
    do throws(ConfigurationError) {
      var part = settings(["known": "1", "unknwon": "2", "third": "3"])
      _ = try part.string("known")
      try part.finish()
      Issue.record("unknown keys passed")
    } catch {
      #expect(
        error.problems.map(\.description) == ["line 2: part.unknwon: unknown key", "line 3: part.third: unknown key"])
    }
  }

  @Test func aKeyWrittenTwiceIsAnError() {
    let found = problem { () throws(ConfigurationError) in
      var part = settings(["n": "4", "n": "5"])
      _ = try part.integer("n", in: 4...12)
      try part.finish()
    }
    #expect(found?.line == 2)
  }

  @Test func partsKnowTheirPathAndLine() throws {
    let entry = Settings.Entry(key: "x", line: 8, value: .scalar("bad", line: 8))
    var root = Settings(entries: [
      .init(key: "parts", line: 6, value: .list([.map([entry], line: 7)], line: 6)),
      .init(key: "group", line: 9, value: .map([entry], line: 9)),
      .init(key: "wrong", line: 10, value: .scalar("", line: 10)),
    ])
    var part = try #require(try root.sections("parts").first)
    let found = problem { () throws(ConfigurationError) in _ = try part.boolean("x") }
    #expect(found?.description == "line 8: parts[0].x: must be true or false")
    #expect(try root.section("group").keys == ["x"])
    #expect(try root.section("absent").keys.isEmpty)
    let wrong = problem { () throws(ConfigurationError) in _ = try root.section("wrong") }
    #expect(wrong?.description == "line 10: wrong: must be a group of keys")
  }
}
