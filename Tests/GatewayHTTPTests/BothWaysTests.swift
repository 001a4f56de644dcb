import AccessModel
import AuthenticatorKit
import AuthenticatorTesting
import BrokerCore
import RemoteModulesTesting
import Testing

/// A module in a process of its own is to a login what the same module is in the gateway.
@Suite struct BothWaysTests {
  private static let reading = "consultazione:slip"
  private static let applying = "consultazione:slip dispositivo:apply"

  private static func instance(mayExplain: Bool = true) -> RemoteInstance {
    var instance = RemoteInstance()
    instance.instance = BothWays.id
    (instance.ceiling, instance.level, instance.amr) = (.dispositive, .substantial, ["kba"])
    instance.more["may_explain"] = "\(mayExplain)"
    return instance
  }

  /// Does the same in a gateway with the module built in, and in one with the module behind a socket.
  private func both<Value: Sendable>(
    _ body: @escaping @Sendable (BothWays) async throws -> Value
  ) async throws -> (builtIn: Value, remote: Value) {
    let builtIn = try await body(
      try await BothWays(ModuleBench(instance: BothWays.id).make(KeepsakeModule.self)))
    let remote = try await withServed(KeepsakeModule.self) { socket in
      try await body(try await BothWays(BothWaysTests.instance().authenticator(socket: socket)))
    }
    return (builtIn, remote)
  }

  @Test(arguments: ["anna", "weak", "twice", "unlinked", "explained", "unenrolled", "busy", "broken", "zoe"])
  func aLoginIsTheSameBothWays(_ name: String) async throws {
    for scope in [BothWaysTests.reading, BothWaysTests.applying] {
      let (builtIn, remote) = try await both { try await $0.login(name, scope: scope) }
      #expect(remote == builtIn)
      #expect(builtIn.answers.count > 1)
    }
  }

  @Test func aLoginInOneRequestIsTheSameBothWays() async throws {
    let (builtIn, remote) = try await both { ways in
      [try await ways.atOnce("anna"), try await ways.atOnce("weak", watchword: "x"), try await ways.atOnce("zoe")]
    }
    #expect(remote == builtIn)
    #expect(builtIn.map(\.citizen) == ["anna", nil, nil])
  }

  /// The gateway counts the attempts of both: the first failure locks, and the right watchword looks like a wrong one.
  @Test func aLockIsTheSameBothWays() async throws {
    let (builtIn, remote) = try await both { ways in
      var outcomes: [BothWays.Outcome] = []
      for watchword in ["x", KeepsakeModule.watchword] {
        outcomes.append(try await ways.login("anna", watchword: watchword, scope: BothWaysTests.reading))
      }
      return outcomes + [try await ways.login("weak", scope: BothWaysTests.reading)]
    }
    #expect(remote == builtIn)
    #expect(builtIn.map(\.citizen) == [nil, nil, "mario"])
  }

  /// So that the comparison is one of something.
  @Test func theLoginsAreWorthWhatTheModuleSays() async throws {
    let (full, _) = try await both { try await $0.login("anna", scope: BothWaysTests.applying) }
    #expect(full.citizen == "anna")
    #expect(full.proofs.map(\.right) == [.dispositive])
    #expect(full.proofs.map(\.level) == [.substantial])
    #expect(full.proofs.map(\.acr) == ["urn:acr:keepsake"])
    #expect(full.proofs.map(\.amr) == [["kba"]])
    let (weak, _) = try await both { try await $0.login("weak", scope: BothWaysTests.applying) }
    #expect(weak.citizen == "mario")
    #expect(weak.proofs.map(\.right) == [.consultation])
    #expect(weak.proofs.map(\.level) == [AssuranceLevel.none])
  }

  /// The one difference that the contract wants: a module beside the gateway is not trusted to know what may be told.
  @Test func aReasonOfItsOwnReachesThePersonOnlyWhereTheOperatorSaysSo() async throws {
    try await withServed(KeepsakeModule.self) { socket in
      for (mayExplain, words) in [
        (true, "You have lost your keepsake: ask for another."), (false, "the credentials were not accepted"),
      ] {
        let ways = try await BothWays(BothWaysTests.instance(mayExplain: mayExplain).authenticator(socket: socket))
        let end = try #require(try await ways.login("explained", scope: BothWaysTests.reading).answers.last)
        #expect(end.contains(#""error_description":"\#(words)""#))
      }
    }
  }
}
