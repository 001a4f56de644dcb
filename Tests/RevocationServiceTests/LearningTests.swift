import CertificateKit
import NIOCore
import Testing

@testable import RevocationService

/// Addresses out of certificates.
@Suite struct LearningTests {
  let bench = Bench()
  let authority: TestAuthority

  init() throws { authority = try TestAuthority("CA Cittadini") }

  @Test func anAddressOfATrustedCertificateIsFetchedFrom() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(trusting: [authority]) { $0.allowsPrivateAddresses = true }
      keeper.learn(
        from: try authority.issue(5, lists: ["ldap://x/", "https://x/", server.url()]), issuedBy: authority.certificate)
      await keeper.tick()
      #expect(keeper.numbers == [[7]] && keeper.status().map(\.isLearned) == [true])
      #expect(bench.metrics["varco_crl_age_seconds", "learned"] == 3600)
    }
  }

  @Test func thisMachineIsNotAskedUnlessThatIsAllowed() async throws {
    try await LoopbackServer.run { _ in
      .answer([])
    } _: { server in
      let keeper = bench.keeper(trusting: [authority])
      keeper.learn(from: try authority.issue(5, lists: [server.url()]), issuedBy: authority.certificate)
      await keeper.tick()
      #expect(keeper.outcome == .addressRefused && server.questions.isEmpty)
    }
  }

  @Test func aNameThatLeadsInsideIsNotAsked() async throws {
    try await LoopbackServer.run { _ in
      .answer([])
    } _: { server in
      var world = bench.world
      world.resolve = { _, _ in try SocketAddress(ipAddress: "127.0.0.1", port: server.port) }
      let keeper = RevocationListKeeper(
        settings: RevocationListSettings(), authorities: { [authority] in [authority.certificate] }, world: world,
        logger: bench.logger)
      let certificate = try authority.issue(5, lists: ["http://crl.ente.example:\(server.port)/ca.crl"])
      keeper.learn(from: certificate, issuedBy: authority.certificate)
      await keeper.tick()
      #expect(keeper.outcome == .addressRefused && server.questions.isEmpty)
    }
  }

  @Test func theServerIsToldTheNameThatWasAskedFor() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      var world = bench.world
      world.resolve = { _, _ in try SocketAddress(ipAddress: "127.0.0.1", port: server.port) }
      let address = try #require(FetchAddress("http://crl.ente.example:\(server.port)/a%20b.crl?x=1"))
      let keeper = RevocationListKeeper(
        settings: RevocationListSettings(addresses: [address]),
        authorities: { [authority] in [authority.certificate] }, world: world, logger: bench.logger)
      await keeper.tick()
      #expect(keeper.numbers == [[7]])
      #expect(server.questions[0].headers["host"] == "crl.ente.example:\(server.port)")
      #expect(server.questions[0].target == "/a%20b.crl?x=1")
      #expect(keeper.status()[0].source == "crl.ente.example:\(server.port)/a%20b.crl")
    }
  }

  @Test func anIssuerThatIsInNoTrustStoreIsKnownFromThePath() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(trusting: []) { $0.allowsPrivateAddresses = true }
      keeper.learn(from: try authority.issue(5, lists: [server.url()]), issuedBy: authority.certificate)
      await keeper.tick()
      #expect(keeper.numbers == [[7]])
      // After a restart the copy is of no use until somebody shows the issuer again; then it is, without a fetch.
      let again = bench.keeper(trusting: []) { $0.allowsPrivateAddresses = true }
      await again.load()
      #expect(again.lists.lists.isEmpty && again.status().count == 1)
      again.learn(from: try authority.issue(6, lists: [server.url()]), issuedBy: authority.certificate)
      await again.tick()
      #expect(again.numbers == [[7]] && server.questions.count == 1)
    }
  }

  @Test func learnedAddressesSurviveARestart() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(trusting: [authority]) { $0.allowsPrivateAddresses = true }
      keeper.learn(from: try authority.issue(5, lists: [server.url()]), issuedBy: authority.certificate)
      await keeper.tick()
      let again = bench.keeper(trusting: [authority]) { $0.allowsPrivateAddresses = true }
      await again.tick()
      #expect(again.numbers == [[7]] && again.status().map(\.isLearned) == [true] && server.questions.count == 1)
    }
  }

  @Test func ofTooManyTheOneNamedLongestAgoIsForgotten() async throws {
    let list = authority.list(7)
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(trusting: [authority]) {
        $0.allowsPrivateAddresses = true
        $0.maximumLearned = 2
      }
      for path in ["/1.crl", "/2.crl", "/1.crl", "/3.crl"] {
        keeper.learn(from: try authority.issue(5, lists: [server.url(path)]), issuedBy: authority.certificate)
        await keeper.tick()
      }
      #expect(Set(keeper.status().map(\.source)) == Set(["/1.crl", "/3.crl"].map { "127.0.0.1:\(server.port)\($0)" }))
      await keeper.tick()
      #expect(bench.files.count == 4)
    }
  }

  @Test func nothingIsLearnedWhereThatIsSwitchedOff() async throws {
    let keeper = bench.keeper(trusting: [authority]) { $0.maximumLearned = 0 }
    keeper.learn(from: try authority.issue(5, lists: ["http://crl.ente.example/"]), issuedBy: authority.certificate)
    #expect(keeper.status().isEmpty)
  }

  @Test func theOperatorsOwnAddressIsNotLearnedAgain() async throws {
    let keeper = bench.keeper(of: "http://crl.ente.example/", trusting: [authority])
    keeper.learn(from: try authority.issue(5, lists: ["http://crl.ente.example/"]), issuedBy: authority.certificate)
    #expect(keeper.status().map(\.isLearned) == [false])
  }
}
