import CertificateKit
import Testing

@testable import RevocationService

/// Files of lists that somebody else replaces.
@Suite struct FileListTests {
  let bench = Bench()
  let authority: TestAuthority
  let stranger: TestAuthority

  init() throws {
    authority = try TestAuthority("CA Cittadini")
    stranger = try TestAuthority("CA Altrove")
  }

  private func pem(_ lists: [[UInt8]]) -> [UInt8] {
    Array(
      lists.map { list in
        let text = Base64.text(list)
        return "-----BEGIN X509 CRL-----\n\(text)\n-----END X509 CRL-----\n"
      }.joined().utf8)
  }

  @Test func aFileIsReadAndReadAgainWhenItChanges() async throws {
    let path = try bench.write(authority.list(7), to: "ca.crl")
    let keeper = bench.keeper(files: [path], trusting: [authority])
    await keeper.load()
    #expect(keeper.numbers == [[7]])
    _ = try bench.write(authority.list(8, from: 0), to: "ca.crl")
    await keeper.tick()
    #expect(keeper.numbers == [[7]])
    bench.now += 60
    await keeper.tick()
    #expect(keeper.numbers == [[8]])
  }

  @Test func aFileThatDoesNotChangeIsReadOnce() async throws {
    let path = try bench.write(authority.list(7), to: "ca.crl")
    let keeper = bench.keeper(files: [path], trusting: [authority])
    for _ in 0..<3 {
      await keeper.tick()
      bench.now += 60
    }
    #expect(bench.metrics["varco_crl_fetches_total", "accepted"] == 1)
    #expect(bench.metrics["varco_crl_fetches_total", "unchanged"] == nil)
  }

  @Test func aFileWithBadContentChangesNothing() async throws {
    let good = authority.list(7)
    let bad: [(ListOutcome, [UInt8])] = [
      (.empty, []), (.malformed, good.dropLast(3)), (.older, authority.list(6, from: 0)),
      (.signatureInvalid, authority.list(8, from: 0, signer: stranger.key)), (.otherIssuer, stranger.list(8, from: 0)),
      (.fromTheFuture, authority.list(8, from: 3600)), (.tooLarge, [UInt8](repeating: 0x30, count: 5000)),
    ]
    let path = try bench.write(good, to: "ca.crl")
    let keeper = bench.keeper(files: [path], trusting: [authority]) { $0.maximumBytes = 4096 }
    await keeper.tick()
    for (expected, content) in bad {
      _ = try bench.write(content, to: "ca.crl")
      bench.now += 60
      await keeper.tick()
      #expect(keeper.outcome == expected && keeper.numbers == [[7]])
    }
    DiskFile.remove(path)
    bench.now += 60
    await keeper.tick()
    #expect(keeper.outcome == .unreadableFile && keeper.numbers == [[7]])
  }

  @Test func aFileThatWasRefusedIsReadAgainAfterAWhile() async throws {
    let path = try bench.write(authority.list(7, from: 120), to: "ca.crl")
    let keeper = bench.keeper(files: [path], trusting: [authority])
    await keeper.tick()
    #expect(keeper.outcome == .fromTheFuture)
    bench.now += 120
    await keeper.tick()
    #expect(keeper.numbers == [[7]])
  }

  @Test func partsOfOneListHaveNumbersOfTheirOwn() async throws {
    let users = TestDER.sequence([0x81, 0x01, 0xFF])
    let authorities = TestDER.sequence([0x82, 0x01, 0xFF])
    let path = try bench.write(
      pem([authority.list(9, scope: users), authority.list(3, scope: authorities)]), to: "ca.pem")
    let keeper = bench.keeper(files: [path], trusting: [authority])
    await keeper.tick()
    #expect(keeper.numbers == [[3], [9]] && keeper.status()[0].number == "09")
    let next = [authority.list(10, from: 0, scope: users), authority.list(4, from: 0, scope: authorities)]
    _ = try bench.write(pem(next), to: "ca.pem")
    bench.now += 60
    await keeper.tick()
    #expect(keeper.numbers == [[4], [10]])
    let back = [authority.list(11, from: 0, scope: users), authority.list(3, from: 0, scope: authorities)]
    _ = try bench.write(pem(back), to: "ca.pem")
    bench.now += 60
    await keeper.tick()
    #expect(keeper.numbers == [[4], [10]] && keeper.outcome == .older)
  }

  @Test func oneListInAFileAndAtAnAddressIsThereOnce() async throws {
    let list = authority.list(7)
    let path = try bench.write(list, to: "ca.crl")
    try await LoopbackServer.run { _ in
      .answer(list)
    } _: { server in
      let keeper = bench.keeper(of: server.url(), files: [path], trusting: [authority])
      await keeper.tick()
      #expect(keeper.numbers == [[7]] && keeper.status().map(\.count) == [1, 1])
    }
  }
}
