import CertificateKit
import Foundation
import Testing

@testable import RevocationService

/// The responder of OpenSSL reads our questions, and we read its answers.
@Suite struct OpenSSLResponderTests {
  let bench = Bench()
  let authority: TestAuthority
  let responder = TestKey()
  /// What the responder signs has the time of the day.
  let now = Int64(Date().timeIntervalSince1970)

  init() throws {
    authority = try TestAuthority("CA Cittadini")
    let index =
      "V\t491231235959Z\t\t05\tunknown\t/CN=5\nR\t491231235959Z\t250101000000Z,keyCompromise\t06\tunknown\t/CN=6\n"
    _ = try bench.write(Array(index.utf8), to: "index.txt")
    try write(authority.certificate.der, authority.key, "ca")
    try write(authority.delegate(responder, notAfter: now + 86_400), responder, "responder")
    let card = TestKey()
    try write(authority.issue(7, key: card).der, card, "card")
  }

  private func write(_ certificate: [UInt8], _ key: TestKey, _ name: String) throws {
    let text = "-----BEGIN CERTIFICATE-----\n\(Base64.text(certificate))\n-----END CERTIFICATE-----\n"
    _ = try bench.write(Array(text.utf8), to: "\(name).pem")
    _ = try bench.write(Array(key.pem.utf8), to: "\(name).key")
  }

  /// - Parameter signer: whose key answers.
  private func status(of serial: Int, signer: String = "responder") async throws -> RevocationStatus {
    let bench = bench
    return try await LoopbackServer.run { question in
      .answer((try? Self.ask(bench, question.body, signer: signer)) ?? [])
    } _: { server in
      let now = now
      let world = RevocationWorld(now: { now }, random: bench.world.random, metrics: bench.metrics)
      let settings = OCSPSettings(allowsPrivateAddresses: true, limit: .seconds(600))
      let client = OCSPClient(settings: settings, world: world, logger: bench.logger)
      return await client.refresh(
        try authority.issue(serial, responders: [server.url()]), issuedBy: authority.certificate)
    }
  }

  private static func ask(_ bench: Bench, _ question: [UInt8], signer: String) throws -> [UInt8] {
    _ = try bench.write(question, to: "question.der")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.currentDirectoryURL = URL(fileURLWithPath: bench.directory)
    process.arguments = [
      "openssl", "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "\(signer).pem", "-rkey", "\(signer).key",
      "-reqin", "question.der", "-respout", "answer.der", "-nmin", "5",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return bench.files["answer.der"] ?? []
  }

  private func failure(_ status: RevocationStatus) -> String? {
    guard case .unknown(_, let detail) = status else { return nil }
    return detail.split(separator: ":").dropFirst().first.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test(arguments: ["responder", "ca"]) func aCertificateOnTheIndexIsGood(signer: String) async throws {
    guard case .good(let until?) = try await status(of: 5, signer: signer) else {
      Issue.record("not good")
      return
    }
    #expect(until > now)
  }

  @Test func aRevokedOneIsRevokedWithItsReason() async throws {
    #expect(try await status(of: 6) == .revoked(at: 1_735_689_600, .keyCompromise))
  }

  @Test func oneThatIsNotOnTheIndexIsUnknown() async throws {
    #expect(failure(try await status(of: 9)) == "certificate-unknown")
  }

  @Test func aCardIsNoResponder() async throws {
    #expect(failure(try await status(of: 5, signer: "card")) == "responder-not-authorised")
  }
}
