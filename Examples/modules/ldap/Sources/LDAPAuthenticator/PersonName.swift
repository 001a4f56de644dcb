import AuthenticatorKit

/// A user name as somebody may type it: 1 to 256 printable ASCII characters, without spaces around them.
///
/// A directory takes many spellings for one name (RFC 4518, or accents left out), and so does the host that counts
/// attempts by it, in its own way. A spelling that only the directory takes for the same would be one more try at the
/// same password; of printable ASCII both take case and spaces for the same, and nothing else.
struct PersonName: Sendable, Equatable {
  let text: String

  init?(_ typed: String) {
    let trimmed = typed.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
    guard (1...256).contains(trimmed.count), trimmed.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
    text = String(decoding: trimmed, as: UTF8.self)
  }
}

/// What can be told of a password before anybody compares it.
enum Password {
  /// An empty password is no proof: a server takes such a bind for an anonymous one and says success (RFC 4513 section
  /// 5.1.2). One with a NUL may be empty to a server written in C.
  static func canBeRight(_ password: Secret) -> Bool {
    (1...512).contains(password.count) && !password.bytes.contains(0)
  }
}
