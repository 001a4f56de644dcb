import CertificateKit
import Synchronization
import Testing

@testable import RevocationService

@Suite struct OCSPClientTests {
  let bench = Bench()
  let authority: TestAuthority
  let responder: TestResponder

  init() throws {
    authority = try TestAuthority("CA Cittadini")
    responder = TestResponder(authority: authority)
  }

  private func client(
    responders: (any RevocationSource)? = nil, _ change: (inout OCSPSettings) -> Void = { _ in }
  ) -> OCSPClient {
    var settings = OCSPSettings(allowsPrivateAddresses: true, limit: .seconds(600))
    change(&settings)
    return OCSPClient(settings: settings, responders: responders, world: bench.world, logger: bench.logger)
  }

  private func certificate(_ serial: Int = 5, at server: LoopbackServer) throws -> Certificate {
    try authority.issue(serial, responders: ["https://x/", server.url("/ocsp")])
  }

  /// A server that answers as a responder does, about certificate 5.
  private func answering(_ responder: TestResponder)
    -> @Sendable (LoopbackServer.Question) async -> LoopbackServer.Reply
  {
    { .answer((try? responder.answer(5, to: $0.body)) ?? []) }
  }

  @Test func anAnswerIsKeptUntilTheNextOneIsDue() async throws {
    try await LoopbackServer.run(answering(responder)) { server in
      let (client, certificate) = (client(), try certificate(at: server))
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == nil)
      let good = RevocationStatus.good(until: TestAuthority.now + 3600)
      #expect(await client.refresh(certificate, issuedBy: authority.certificate) == good)
      #expect(await client.refresh(certificate, issuedBy: authority.certificate) == good)
      #expect(server.questions.count == 1 && server.questions[0].method == "POST")
      #expect(server.questions[0].headers["content-type"] == "application/ocsp-request")
      bench.now += 3600
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == good)
      bench.now += 1
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == nil)
      await client.refresh(certificate, issuedBy: authority.certificate)
      #expect(server.questions.count == 2)
      #expect(server.questions[0].body != server.questions[1].body)
    }
  }

  @Test(arguments: BadResponder.all) func aBadAnswerProvesNothing(_ bad: BadResponder) async throws {
    let reply = bad.reply
    let responder = responder
    try await LoopbackServer.run { question in
      (try? reply(responder, question.body)) ?? .hang
    } _: { server in
      let client = client { $0.limit = bad.expected == "timed-out" ? .milliseconds(300) : .seconds(600) }
      let certificate = try certificate(at: server)
      let status = await client.refresh(certificate, issuedBy: authority.certificate)
      guard case .unknown(.revocationUnknown, let detail) = status else {
        Issue.record("\(status)")
        return
      }
      #expect(detail.hasPrefix("OCSP: \(bad.expected): "))
      #expect(bench.metrics["varco_ocsp_requests_total", bad.expected] == 1)
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == status)
    }
  }

  @Test func afterAFailureThereIsAPauseAndThenAnotherQuestion() async throws {
    try await LoopbackServer.run { _ in
      .answer(TestResponder.error(3))
    } _: { server in
      let (client, certificate) = (client(), try certificate(at: server))
      await client.refresh(certificate, issuedBy: authority.certificate)
      await client.refresh(certificate, issuedBy: authority.certificate)
      #expect(server.questions.count == 1)
      server.reply(answering(responder))
      bench.now += 11
      let status = await client.refresh(certificate, issuedBy: authority.certificate)
      #expect(status == .good(until: TestAuthority.now + 3600))
    }
  }

  @Test func aRevocationForGoodOutlivesItsAnswer() async throws {
    var revoking = responder
    revoking.status = .revoked(1)
    try await LoopbackServer.run(answering(revoking)) { server in
      let (client, certificate) = (client(), try certificate(at: server))
      let revoked = RevocationStatus.revoked(at: TestAuthority.now - 100, .keyCompromise)
      #expect(await client.refresh(certificate, issuedBy: authority.certificate) == revoked)
      server.reply { _ in .answer([], status: 503) }
      bench.now += 3700
      #expect(await client.refresh(certificate, issuedBy: authority.certificate) == revoked)
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == revoked)
      #expect(server.questions.count == 2)
    }
  }

  @Test func aHoldDoesNot() async throws {
    var holding = responder
    holding.status = .revoked(6)
    try await LoopbackServer.run(answering(holding)) { server in
      let (client, certificate) = (client(), try certificate(at: server))
      await client.refresh(certificate, issuedBy: authority.certificate)
      bench.now += 3700
      #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == nil)
    }
  }

  @Test(.timeLimit(.minutes(1))) func questionsAboutOneCertificateAtTheSameTimeAreOne() async throws {
    let gate = Gate()
    let answer = answering(responder)
    try await LoopbackServer.run { question in
      await gate.passed()
      return await answer(question)
    } _: { server in
      let (client, certificate) = (client(), try certificate(at: server))
      let callers = (0..<20).map { _ in Task { await client.refresh(certificate, issuedBy: authority.certificate) } }
      while client.waiting < 20, !Task.isCancelled { await Task.yield() }
      await gate.open()
      for caller in callers { #expect(await caller.value == .good(until: TestAuthority.now + 3600)) }
      #expect(server.questions.count == 1 && client.waiting == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func questionsUnderWayAreLimited() async throws {
    let gate = Gate()
    let answer = answering(responder)
    try await LoopbackServer.run { question in
      await gate.passed()
      return await answer(question)
    } _: { server in
      let client = client { $0.maximumConcurrent = 1 }
      let (one, other) = (try certificate(at: server), try certificate(6, at: server))
      let first = Task { await client.refresh(one, issuedBy: authority.certificate) }
      while client.waiting < 1, !Task.isCancelled { await Task.yield() }
      guard case .unknown = await client.refresh(other, issuedBy: authority.certificate) else {
        Issue.record("a second question was asked")
        return
      }
      await gate.open()
      #expect(await first.value == .good(until: TestAuthority.now + 3600))
    }
  }

  @Test func thisMachineIsNotAskedUnlessThatIsAllowed() async throws {
    try await LoopbackServer.run(answering(responder)) { server in
      let client = client { $0.allowsPrivateAddresses = false }
      guard
        case .unknown(_, let detail) = await client.refresh(
          try certificate(at: server), issuedBy: authority.certificate)
      else {
        Issue.record("this machine was asked")
        return
      }
      #expect(detail.contains("address-refused") && server.questions.isEmpty)
    }
  }

  @Test func theOperatorsResponderIsAskedInsteadOfTheCertificates() async throws {
    try await LoopbackServer.run(answering(responder)) { server in
      let client = client {
        $0.allowsPrivateAddresses = false
        $0.responder = FetchAddress(server.url("/own"))
      }
      let certificate = try authority.issue(5, responders: ["http://ocsp.ente.example/"])
      #expect(
        await client.refresh(certificate, issuedBy: authority.certificate) == .good(until: TestAuthority.now + 3600))
      #expect(server.questions.map(\.target) == ["/own"])
    }
  }

  @Test func aCertificateWithoutAResponderHasNothingToBeAsked() async throws {
    let client = client()
    let certificate = try authority.issue(5)
    guard case .unknown = await client.refresh(certificate, issuedBy: authority.certificate) else {
      Issue.record("who answered?")
      return
    }
    #expect(client.status(of: certificate, issuedBy: authority.certificate, at: bench.now) == nil)
  }

  @Test(arguments: [[99], [77]]) func listsTellWhetherAResponderIsRevoked(revoked: [Int]) async throws {
    var checked = responder
    checked.certificate = try authority.delegate(checked.key, noCheck: false)
    let lists = RevocationLists([try RevocationList(der: authority.list(7, revoked: revoked))])
    try await LoopbackServer.run(answering(checked)) { server in
      let status = await client(responders: lists).refresh(
        try certificate(at: server), issuedBy: authority.certificate)
      if revoked == [77] {
        guard case .unknown(_, let detail) = status else {
          Issue.record("a revoked responder was believed")
          return
        }
        #expect(detail.contains("responder-revoked"))
      } else {
        #expect(status == .good(until: TestAuthority.now + 3600))
      }
    }
  }
}

/// Lets nobody through until it is opened.
actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func passed() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for one in waiting { one.resume() }
    waiting = []
  }
}
