import AccessModel
import AuthenticatorKit
import ModuleWire
import RemoteModulesTesting
import Testing

@testable import RemoteModules

/// Whatever a module does is a fault of its own login, in words that repeat nothing of it.
@Suite struct FaultTests {
  private static let long = #"{"call": "CALL", "more": "\#(String(repeating: "z", count: 64 << 10))"}"#
  private static let reserved = RawModule.Reply(
    """
    {"call": "CALL", "step": "prompt", "state": "", "prompt": {"id": "zz9", "fields": [
     {"name": "client_secret", "label": "zz9", "kind": "secret"}]}}
    """)
  private static let faults: [(reply: RawModule.Reply, reason: String)] = [
    (RawModule.Reply("zz9"), "garbage: this is no JSON"), (RawModule.Reply(""), "garbage: this is no JSON"),
    (RawModule.Reply(long), "garbage: more than 65536 bytes"),
    (reserved, "garbage: prompt.fields.0: the name client_secret is reserved"),
    (
      RawModule.Reply(#"{"call": "zz9", "step": "denied", "denial": {"reason": "locked"}}"#),
      "garbage: the answer is to another call"
    ),
    (RawModule.Reply("zz9", status: 500), "status: status 500"),
    (RawModule.Reply("", status: 204), "status: status 204"),
    (RawModule.Reply("", status: 302), "status: status 302"), (RawModule.Reply("", status: 503), "status: status 503"),
    (RawModule.Reply("", status: 503, retryAfter: "zz9"), "status: status 503"),
  ]

  private func fault(_ reply: RawModule.Reply) async throws -> AuthenticatorFault {
    try await RawModule(begin: { reply }).run { socket in
      let remote = try RemoteInstance().authenticator(socket: socket)
      return try await #require(throws: AuthenticatorFault.self) {
        try await remote.begin(LoginRequest(purpose: .firstLogin))
      }
    }
  }

  @Test(arguments: faults) func whatIsNoStepIsAFault(_ reply: RawModule.Reply, _ reason: String) async throws {
    #expect(try await fault(reply) == .unavailable(reason))
  }

  /// What may have been judged may have been a guess.
  @Test(arguments: [
    (RawModule.Reply("", status: 500), true), (RawModule.Reply("no JSON"), true),
    (RawModule.Reply("", status: 502), false),
  ])
  func aFaultOfResumeSaysWhetherTheAnswerMayHaveBeenJudged(_ reply: RawModule.Reply, _ isUndecided: Bool) async throws {
    let module = RawModule(resume: { reply })
    try await module.run { socket in
      let remote = try RemoteInstance().authenticator(socket: socket)
      guard case .prompt(_, let state) = try await remote.begin(LoginRequest(purpose: .firstLogin)) else {
        return #expect(Bool(false), "begin asks")
      }
      let fault = try await #require(throws: AuthenticatorFault.self) {
        try await remote.resume(LoginAnswer([:]), from: state)
      }
      if case .undecided = fault { #expect(isUndecided) } else { #expect(!isUndecided) }
    }
  }

  @Test(arguments: [("7", 7), ("0", 1), ("-5", 1), ("60", 60), ("86400", 60)])
  func aModuleThatIsBusySaysForHowLongWithinReason(_ said: String, _ seconds: Int) async throws {
    let reply = RawModule.Reply("{}", status: 503, retryAfter: said)
    #expect(try await fault(reply) == .busy(retryAfterSeconds: seconds))
  }

  @Test func aModuleThatIsBusyIsNoFaultOfTheCircuit() async throws {
    let module = RawModule(begin: { RawModule.Reply("{}", status: 503, retryAfter: "1") })
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more["circuit_faults"] = "1"
      let remote = try instance.authenticator(socket: socket)
      for _ in 0..<3 {
        await #expect(throws: AuthenticatorFault.busy(retryAfterSeconds: 1)) {
          try await remote.begin(LoginRequest(purpose: .firstLogin))
        }
      }
      #expect(module.requests.map(\.path) == ["/v1/hello", "/v1/begin", "/v1/begin", "/v1/begin"])
    }
  }

  @Test func aStateThatWeDidNotSealIsDeniedWithoutACall() async throws {
    let module = RawModule()
    try await module.run { socket in
      let remote = try RemoteInstance().authenticator(socket: socket)
      let step = try await remote.resume(LoginAnswer([:]), from: AuthenticationState(bytes: [1, 2, 3]))
      #expect(step == .denied(.badCredentials))
      #expect(module.requests == [])
    }
  }

  /// What somebody types must not close the module to everybody else.
  @Test func anAnswerThatIsTooLongIsDeniedWithoutACallAndNoFault() async throws {
    let module = RawModule()
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more["circuit_faults"] = "1"
      let remote = try instance.authenticator(socket: socket)
      let state = AuthenticationState(bytes: Array("?".utf8))
      let long = LoginAnswer(["account": Secret(String(repeating: "a", count: WireProtocol.maximumBytes))])
      #expect(try await remote.resume(long, from: state) == .denied(.badCredentials))
      #expect(module.requests == [])
      #expect(try await remote.resume(LoginAnswer([:]), from: state) == .denied(.badCredentials))
      #expect(module.requests.count == 2, "hello and resume")
    }
  }

  @Test func aSocketThatIsNotThereIsAFaultOfTheConnection() async throws {
    let remote = try RemoteInstance().authenticator(socket: "/tmp/varco-there-is-no-such.sock")
    await #expect(
      throws: AuthenticatorFault.unavailable("connection: there is no socket at /tmp/varco-there-is-no-such.sock")
    ) {
      try await remote.begin(LoginRequest(purpose: .firstLogin))
    }
    #expect(await remote.health?.state().word == "away")
  }

  @Test func aSocketOfAnotherUserIsNotConnectedTo() async throws {
    let module = RawModule()
    try await module.run { socket in
      var instance = RemoteInstance()
      instance.more["owner"] = "4242"
      let remote = try instance.authenticator(socket: socket)
      let fault = try await #require(throws: AuthenticatorFault.self) {
        try await remote.begin(LoginRequest(purpose: .firstLogin))
      }
      guard case .unavailable(let reason) = fault else { return #expect(Bool(false), "\(fault)") }
      #expect(reason.hasPrefix("peer: \(socket) belongs to user"))
      #expect(module.requests == [])
    }
  }

  @Test func aModuleThatCannotFitIsUnusable() async throws {
    for hello in [RawModule.hello(role: "second-factor"), #"{"protocol": 2}"#] {
      let module = RawModule(hello: hello)
      try await module.run { socket in
        let remote = try RemoteInstance().authenticator(socket: socket)
        #expect(await remote.health?.state().word == "unusable")
        let fault = try await #require(throws: AuthenticatorFault.self) {
          try await remote.begin(LoginRequest(purpose: .firstLogin))
        }
        guard case .unavailable(let reason) = fault else { return #expect(Bool(false), "\(fault)") }
        #expect(reason.hasPrefix("mismatch: "))
        #expect(module.requests.allSatisfy { $0.path == "/v1/hello" }, "nobody is sent to it")
      }
    }
  }
}
