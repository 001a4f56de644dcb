/// Reads the `Authorization` header of RFC 6750 section 2.1. Tokens in forms or URLs are never looked for.
enum BearerCredentials {
  case token([UInt8])
  case refused(Refusal.Reason)

  /// The longest token that is looked at, in bytes.
  static let tokenLimit = 8192

  /// - Parameter headers: the values of every `Authorization` header of the request.
  init(_ headers: [String]) {
    guard headers.count <= 1 else {
      self = .refused(.manyAuthorizations)
      return
    }
    guard let header = headers.first, let rest = BearerCredentials.afterScheme(header) else {
      self = .refused(.noToken)
      return
    }
    self = BearerCredentials.read(rest)
  }

  private static func read(_ rest: Substring) -> BearerCredentials {
    let token = Array(rest.utf8.drop { $0 == 0x20 })
    guard token.count <= tokenLimit else { return .refused(.oversize) }
    guard !token.isEmpty, token.allSatisfy(isTokenCharacter) else { return .refused(.malformedAuthorization) }
    return .token(token)
  }

  /// What follows `Bearer`, or nil for another scheme (its name has no case, RFC 9110 section 11.1).
  private static func afterScheme(_ header: String) -> Substring? {
    let end = header.firstIndex(of: " ") ?? header.endIndex
    return header[..<end].lowercased() == "bearer" ? header[end...] : nil
  }

  /// A character of `b64token`. A comma is none, so two tokens folded into one header are malformed.
  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
  }
}
