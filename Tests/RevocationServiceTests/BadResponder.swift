import CertificateKit
import Testing

@testable import RevocationService

/// What may come instead of an answer about certificate 5.
struct BadResponder: Sendable, CustomTestStringConvertible {
  let name: String
  let expected: String
  let reply: @Sendable (_ responder: TestResponder, _ question: [UInt8]) throws -> LoopbackServer.Reply

  init(
    _ name: String, _ expected: String,
    _ reply: @escaping @Sendable (TestResponder, [UInt8]) throws -> LoopbackServer.Reply
  ) {
    self.name = name
    self.expected = expected
    self.reply = reply
  }

  /// A responder that is as it should be but for one thing.
  private static func bent(
    _ name: String, _ expected: OCSPFailure, _ bend: @escaping @Sendable (inout TestResponder) throws -> Void
  ) -> BadResponder {
    BadResponder(name, expected.rawValue) { responder, question in
      var responder = responder
      try bend(&responder)
      return .answer(try responder.answer(5, to: question))
    }
  }

  var testDescription: String { name }

  static let all = [
    BadResponder("nothing, for ever", "timed-out") { _, _ in .hang },
    BadResponder("a body that does not come", "unreachable") { _, _ in .cut([0x30], announced: 1000) },
    BadResponder("zero length", "empty") { _, _ in .answer([]) },
    BadResponder("a byte more than 64 KiB", "too-large") { _, _ in .answer([UInt8](repeating: 0x30, count: 65_537)) },
    BadResponder("more than 64 KiB, not announced", "too-large") { _, _ in
      .stream([UInt8](repeating: 0x30, count: 100_000))
    },
    BadResponder("BER", "not-der") { _, _ in .answer([0x30, 0x80, 0x0A, 0x01, 0x00, 0x00, 0x00]) },
    BadResponder("a page", "not-der") { _, _ in .answer(Array("<html>".utf8)) },
    BadResponder("an error of the server", "http-status") { _, _ in .answer([], status: 502) },
    BadResponder("a redirect", "http-status") { _, _ in .answer([], status: 307, headers: ["Location": "/ocsp"]) },
    BadResponder("tryLater", "try-later") { _, _ in .answer(TestResponder.error(3)) },
    BadResponder("unauthorized", "unauthorized") { _, _ in .answer(TestResponder.error(6)) },
    BadResponder("an answer to a question before", "nonce-mismatch") { responder, _ in
      .answer(try responder.answer(5, to: [UInt8](repeating: 0xEE, count: 32)))
    },
    BadResponder("a bit turned", "signature-invalid") { responder, question in
      var answer = try responder.answer(5, to: question)
      guard let time = answer.firstRange(of: TestDER.generalizedTime(TestAuthority.now + 3600)) else { return .hang }
      answer[time.upperBound - 2] ^= 1
      return .answer(answer)
    },
    bent("another serial number", .otherCertificate) { $0.shift = 1 },
    bent("unknown to the responder", .certificateUnknown) { $0.status = .unknown },
    bent("from the future", .fromTheFuture) { $0.thisUpdate = 120 },
    bent("run out", .expired) { $0.nextUpdate = -1 },
    bent("a responder that expired", .responderExpired) {
      $0.certificate = try $0.authority.delegate($0.key, notAfter: TestAuthority.now - 1)
    },
    bent("a responder that another authority certified", .responderNotAuthorised) {
      $0.certificate = try TestAuthority("CA Cittadini").delegate($0.key)
    },
    bent("a responder about which nobody knows", .responderRevocationUnknown) {
      $0.certificate = try $0.authority.delegate($0.key, noCheck: false)
    },
  ]
}
