import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import RemoteModules
import RemoteModulesTesting
import Testing

/// How many calls at once, and how many faults before nobody is sent any more.
@Suite struct LineTests {
  private let login = LoginRequest(purpose: .firstLogin)

  @Test func moreCallsThanAllowedAreToldToComeBack() async throws {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
    let (releases, release) = AsyncStream.makeStream(of: Void.self)
    let module = RawModule(begin: {
      arrived.yield()
      for await _ in releases {}
      return .prompt
    })
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more["concurrency"] = "1"
      let remote = try instance.authenticator(socket: socket)
      async let first = remote.begin(login)
      for await _ in arrivals { break }
      await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 1)) { try await remote.begin(login) }
      release.finish()
      guard case .prompt = try await first else { throw NoPrompt() }
      guard case .prompt = try await remote.begin(login) else { throw NoPrompt() }
      #expect(module.requests.filter { $0.path == "/v1/begin" }.count == 2)
    }
  }

  @Test func afterSoManyFaultsNobodyIsSentUntilThePauseIsOver() async throws {
    let last = LastReply()
    last.reply = RawModule.Reply("", status: 500)
    let module = RawModule(begin: { last.reply })
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more.merge(["circuit_faults": "3", "circuit_pause": "10s"]) { $1 }
      let remote = try instance.authenticator(socket: socket)
      for _ in 0..<3 { await #expect(throws: AuthenticatorFault.self) { try await remote.begin(login) } }
      let sent = module.requests.count
      last.reply = .prompt
      instance.clock.advance(by: TimeSpan(milliseconds: 9_999))
      await #expect(throws: AuthenticatorFault.unavailable("the circuit is open")) { try await remote.begin(login) }
      #expect(module.requests.count == sent)
      instance.clock.advance(by: TimeSpan(milliseconds: 1))
      guard case .prompt = try await remote.begin(login) else { throw NoPrompt() }
      guard case .prompt = try await remote.begin(login) else { throw NoPrompt() }
    }
  }

  /// A lie is a denial for its login, and the line is as good as before.
  @Test func liesDoNotOpenTheCircuit() async throws {
    let module = RawModule(begin: { .verified(#"{"local": "anna"}"#) })
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more["circuit_faults"] = "1"
      let remote = try instance.authenticator(socket: socket)
      for _ in 0..<3 { #expect(try await remote.begin(login) == .denied(.notAllowed)) }
    }
  }

  /// Another process may have taken the place of the one that was asked.
  @Test func aModuleIsAskedWhatItIsBeforeTheFirstCallAndAfterAFault() async throws {
    let last = LastReply()
    last.reply = .prompt
    let module = RawModule(begin: { last.reply })
    try await module.run { socket in
      let remote = try RemoteInstance().authenticator(socket: socket)
      _ = try await remote.begin(login)
      _ = try await remote.begin(login)
      last.reply = RawModule.Reply("", status: 500)
      await #expect(throws: AuthenticatorFault.self) { try await remote.begin(login) }
      last.reply = .prompt
      _ = try await remote.begin(login)
      let paths = module.requests.map { String($0.path.dropFirst("/v1/".count)) }
      #expect(paths == ["hello", "begin", "begin", "begin", "hello", "begin"])
    }
  }
}
