import CertificateKit
import Testing

@testable import RevocationService

/// What a server may answer instead of a newer list.
struct BadAnswer: Sendable, CustomTestStringConvertible {
  let name: String
  let expected: ListOutcome
  /// Whether it is bad in itself, and not only after the list that was there.
  let isBadAlone: Bool
  let reply: @Sendable (_ authority: TestAuthority, _ stranger: TestAuthority) throws -> LoopbackServer.Reply

  init(
    _ name: String, _ expected: ListOutcome, isBadAlone: Bool = true,
    _ reply: @escaping @Sendable (TestAuthority, TestAuthority) throws -> LoopbackServer.Reply
  ) {
    self.name = name
    self.expected = expected
    self.isBadAlone = isBadAlone
    self.reply = reply
  }

  var testDescription: String { name }

  static let all = [
    BadAnswer("zero length", .empty) { _, _ in .answer([]) },
    BadAnswer("one byte more than allowed, announced", .tooLarge) { _, _ in
      .answer([UInt8](repeating: 0x30, count: 4097))
    },
    BadAnswer("more than allowed, not announced", .tooLarge) { _, _ in .stream([UInt8](repeating: 0x30, count: 9000)) },
    BadAnswer("announced as larger than allowed", .tooLarge) { _, _ in .cut([0x30], announced: 1 << 40) },
    BadAnswer("cut off in the middle of the transfer", .unreachable) { authority, _ in
      let list = authority.list(8, from: 0)
      return .cut(Array(list.prefix(100)), announced: list.count)
    },
    BadAnswer("cut off before", .malformed) { authority, _ in .answer(authority.list(8, from: 0).dropLast(1)) },
    BadAnswer("a byte too many", .malformed) { authority, _ in .answer(authority.list(8, from: 0) + [0]) },
    BadAnswer("a page", .malformed) { _, _ in .answer(Array("<html>login to the hotel's network</html>".utf8)) },
    BadAnswer("a certificate", .malformed) { authority, _ in .answer(authority.certificate.der) },
    BadAnswer("a list of another issuer", .otherIssuer) { _, stranger in .answer(stranger.list(8, from: 0)) },
    BadAnswer("signed by another key", .signatureInvalid) { authority, stranger in
      .answer(authority.list(8, from: 0, signer: stranger.key))
    },
    BadAnswer("a bit turned", .signatureInvalid) { authority, _ in
      var list = authority.list(8, from: 0)
      list[list.count - 1] ^= 1
      return .answer(list)
    },
    BadAnswer("from the future", .fromTheFuture) { authority, _ in
      .answer(authority.list(8, from: 2 * TestAuthority.day, to: 3 * TestAuthority.day))
    },
    BadAnswer("run out", .expired) { authority, _ in .answer(authority.list(8, from: -60, to: -1)) },
    BadAnswer("an older number", .older, isBadAlone: false) { authority, _ in .answer(authority.list(6, from: 0)) },
    BadAnswer("an older time", .older, isBadAlone: false) { authority, _ in .answer(authority.list(8, from: -3601)) },
    BadAnswer("the same number and an older time", .older, isBadAlone: false) { authority, _ in
      .answer(authority.list(7, from: -3601, revoked: []))
    },
    BadAnswer("no number", .unusable) { authority, _ in .answer(authority.list(nil, from: 0)) },
    BadAnswer("only what has changed", .unusable, isBadAlone: false) { authority, _ in
      .answer(authority.list(8, from: 0, deltaTo: 7))
    },
    BadAnswer("404", .httpStatus) { _, _ in .answer([], status: 404) },
    BadAnswer("a redirect to a good list", .httpStatus) { _, _ in
      .answer([], status: 302, headers: ["Location": "/other"])
    },
    BadAnswer("not modified, where nothing was said of a version", .httpStatus) { _, _ in .answer([], status: 304) },
    BadAnswer("nothing, for ever", .timedOut) { _, _ in .hang },
  ]
}
