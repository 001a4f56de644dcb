import CLDAP

/// Where the directory is, and what keeps others from reading along.
struct DirectoryServer: Sendable, Equatable {
  enum Protection: Sendable, Equatable {
    /// `ldaps`, and `ldap` with StartTLS (RFC 4513 section 3): nothing is said before the certificate is verified.
    case tls
    case startTLS
    /// A Unix socket: nobody else is on the way.
    case local
    /// Everybody on the way reads the passwords.
    case none
  }

  let url: String
  let protection: Protection

  /// - Parameter allowsPlain: whether `ldap` goes without TLS.
  /// - Returns: nil for anything but a scheme and a place, as in `ldaps://ldap.ente.example`.
  init?(_ url: String, allowsPlain: Bool = false) {
    guard let (scheme, place) = DirectoryServer.parts(url), DirectoryServer.isPlace(place) else { return nil }
    switch scheme {
    case "ldaps": protection = .tls
    case "ldap": protection = allowsPlain ? .none : .startTLS
    case "ldapi": protection = .local
    default: return nil
    }
    self.url = url
  }

  var usesTLS: Bool { protection == .tls || protection == .startTLS }

  private static func parts(_ url: String) -> (scheme: Substring, place: Substring)? {
    guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
    return (url[..<colon], url[url.index(colon, offsetBy: 3)...])
  }

  /// A host with or without a port, or the path of a socket with `%2F` for each slash; no second URL, base or filter.
  private static func isPlace(_ place: Substring) -> Bool {
    !place.isEmpty && place.utf8.allSatisfy { (0x21...0x7E).contains($0) }
      && !place.contains { "/?,#\"'\\".contains($0) }
  }
}

/// The name of an entry (RFC 4514).
struct DistinguishedName: Sendable, Equatable {
  let text: String

  /// - Returns: nil for what is no name, and for the empty one: a bind with that is anonymous.
  init?(_ text: String) {
    guard !text.isEmpty, !text.utf8.contains(0), unsafe cldap_is_name(text) == 1 else { return nil }
    self.text = text
  }
}
