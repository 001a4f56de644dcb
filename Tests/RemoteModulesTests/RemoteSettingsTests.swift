import AccessModel
import AuthenticatorKit
import Foundation
import Testing

@testable import RemoteModules

/// The table of settings in docs/remote-modules.md.
@Suite struct RemoteSettingsTests {
  private func read(_ entries: [(String, Settings.Value)]) throws -> RemoteSettings {
    let all = [("socket", Settings.Value.scalar("/run/m.sock", line: 3))].filter { socket in
      !entries.contains { $0.0 == socket.0 }
    }
    var settings = Settings(
      path: "settings",
      entries: (all + entries).map { Settings.Entry(key: $0.0, line: $0.1.line, value: $0.1) })
    let read = try RemoteSettings(&settings)
    try settings.finish()
    return read
  }

  private func read(_ key: String, _ value: String) throws -> RemoteSettings {
    try read([(key, .scalar(value, line: 7))])
  }

  @Test func whatIsNotSaidIsWhatThePageSays() throws {
    let settings = try read([])
    #expect(settings.socket == "/run/m.sock")
    #expect(settings.owner == geteuid())
    #expect(settings.role == .primary)
    #expect(settings.amr == [])
    #expect(settings.deadline == .seconds(2))
    #expect(settings.concurrency == 32)
    #expect(settings.circuitFaults == 5)
    #expect(settings.circuitPause == .seconds(10))
    #expect(!settings.learnsFiscalCode)
    #expect(!settings.mayExplain)
    #expect(settings.redirectsTo == [])
  }

  @Test func everySettingIsTaken() throws {
    let words = Settings.Value.list([.scalar("otp", line: 7), .scalar("kba", line: 7)], line: 7)
    #expect(try read("role", "second-factor").role == .secondFactor)
    #expect(try read([("amr", words)]).amr == ["otp", "kba"])
    #expect(try read("learns_fiscal_code", "true").learnsFiscalCode)
    #expect(try read("may_explain", "true").mayExplain)
    #expect(try read("owner", "0").owner == 0)
    #expect(try read("owner", "4294967295").owner == .max)
    #expect(try read("owner", "root").owner == 0)
  }

  @Test(arguments: [
    ("deadline", "1s", "10s"), ("circuit_pause", "1s", "10m"), ("concurrency", "1", "256"),
    ("circuit_faults", "1", "100"),
  ]) func bothEndsOfARangeAreAllowed(_ key: String, _ least: String, _ most: String) throws {
    _ = try read(key, least)
    _ = try read(key, most)
  }

  @Test func theEndsOfTheRangesAreWhatTheyAreReadAs() throws {
    #expect(try read("deadline", "1s").deadline == .seconds(1))
    #expect(try read("deadline", "10s").deadline == .seconds(10))
    #expect(try read("circuit_pause", "10m").circuitPause == .minutes(10))
    #expect(try read("concurrency", "256").concurrency == 256)
    #expect(try read("circuit_faults", "100").circuitFaults == 100)
  }

  private static let refused: [(key: String, value: String, message: String)] = [
    ("socket", "run/m.sock", "must be an absolute path of at most 107 bytes"),
    ("socket", "/" + String(repeating: "a", count: 107), "must be an absolute path of at most 107 bytes"),
    ("owner", "nobody-of-that-name", "there is no user nobody-of-that-name here"),
    ("owner", "-1", "there is no user -1 here"), ("role", "third", "must be one of primary, second-factor"),
    ("amr", "otp", "must be a list"),
    ("deadline", "0s", "must be a time such as 30s, 15m, 12h or 180d, from 1s to 10s"),
    ("deadline", "11s", "must be a time such as 30s, 15m, 12h or 180d, from 1s to 10s"),
    ("deadline", "2 s", "must be a time such as 30s, 15m, 12h or 180d, from 1s to 10s"),
    ("circuit_pause", "0", "must be a time such as 30s, 15m, 12h or 180d, from 1s to 600s"),
    ("circuit_pause", "601s", "must be a time such as 30s, 15m, 12h or 180d, from 1s to 600s"),
    ("concurrency", "0", "must be a whole number from 1 to 256"),
    ("concurrency", "257", "must be a whole number from 1 to 256"),
    ("circuit_faults", "0", "must be a whole number from 1 to 100"),
    ("circuit_faults", "101", "must be a whole number from 1 to 100"),
    ("learns_fiscal_code", "yes", "must be true or false"), ("may_explain", "1", "must be true or false"),
    ("redirects_to", "https://idp.example", "must be a list"), ("colour", "red", "unknown key"),
  ]

  @Test(arguments: refused)
  func whatIsOutOfRangeIsRefusedOnItsLine(_ key: String, _ value: String, _ message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try read(key, value) }
    #expect(error.problems == [ConfigurationProblem(line: 7, key: "settings.\(key)", message: message)])
  }

  @Test func aSocketIsRequired() throws {
    var settings = Settings(path: "settings", line: 4)
    let error = try #require(throws: ConfigurationError.self) { try RemoteSettings(&settings) }
    #expect(error.problems == [ConfigurationProblem(line: 4, key: "settings.socket", message: "is required")])
    #expect(throws: ConfigurationError.self, "no path is no socket") { try read("socket", "") }
  }

  @Test func aPathOf107BytesIsAllowed() throws {
    let path = "/" + String(repeating: "a", count: 106)
    #expect(try read("socket", path).socket == path)
  }

  @Test(arguments: ["https://idp.example", "https://idp.example:8443", "https://[::1]:8443", "https://127.0.0.1"])
  func anOriginIsTaken(_ origin: String) throws {
    #expect(try read([("redirects_to", .list([.scalar(origin, line: 7)], line: 7))]).redirectsTo == [origin])
  }

  @Test(arguments: [
    "http://idp.example", "https://", "idp.example", "https://idp.example/", "https://idp.example/login",
    "https://a@idp.example", "https://idp.example?x", "https://idp.example#x", "https://idp exa", "https://è.example",
    "https://*.example", "https://idp.example\\",
  ]) func whatIsMoreOrLessThanAnOriginIsRefused(_ origin: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try read([("redirects_to", .list([.scalar(origin, line: 7)], line: 7))])
    }
    #expect(error.problems.map(\.key) == ["settings.redirects_to"])
    #expect(error.problems.map(\.line) == [7])
  }

  @Test func aSecondFactorRedirectsNobody() throws {
    let origins = Settings.Value.list([.scalar("https://idp.example", line: 7)], line: 7)
    let error = try #require(throws: ConfigurationError.self) {
      try read([("role", .scalar("second-factor", line: 6)), ("redirects_to", origins)])
    }
    let message = "a second factor sends nobody elsewhere"
    #expect(error.problems == [ConfigurationProblem(line: 7, key: "settings.redirects_to", message: message)])
  }

  @Test func everythingWrongIsReportedAtOnce() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try read([
        ("socket", .scalar("m.sock", line: 1)), ("role", .scalar("x", line: 2)), ("deadline", .scalar("1h", line: 3)),
        ("colour", .scalar("red", line: 4)),
      ])
    }
    #expect(error.problems.map(\.line) == [1, 2, 3, 4])
  }
}
