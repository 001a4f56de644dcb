/// An absolute `http` address from which something may be fetched, taken apart once and strictly (RFC 3986).
///
/// `http` alone: what is fetched is signed, and a certificate for the way to it would need revocation information itself.
public struct FetchAddress: Sendable, Hashable {
  public static let maximumLength = 2048

  /// As it was given.
  public let text: String
  /// A name or an IP address; an IPv6 address without its brackets.
  let host: String
  let port: Int
  /// Path and query.
  let target: String

  /// - Returns: nil for another scheme, user information, a fragment, a host that is none, anything but visible ASCII,
  ///   and more than ``maximumLength`` characters.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let scheme = Array("http://".utf8)
    guard bytes.count <= Self.maximumLength, bytes.count > scheme.count, Self.isPlain(bytes),
      zip(bytes, scheme).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
    else { return nil }
    let rest = bytes[scheme.count...]
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    let target = String(decoding: rest[authority.endIndex...], as: UTF8.self)
    self.text = String(text)
    self.host = host
    self.port = port
    self.target = target.hasPrefix("/") ? target : "/" + target
  }

  private static let refused = Set("\"#<>\\^`{|}".utf8)

  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() {
      guard (0x21...0x7E).contains(byte), !refused.contains(byte) else { return false }
      guard byte == UInt8(ascii: "%") else { continue }
      guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else { return false }
    }
    return true
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  private static func hostAndPort(_ authority: ArraySlice<UInt8>) -> (String, Int)? {
    let isIPv6 = authority.first == UInt8(ascii: "[")
    let host = isIPv6 ? authority.prefix { $0 != UInt8(ascii: "]") } : authority.prefix { $0 != UInt8(ascii: ":") }
    var rest = authority[host.endIndex...]
    if isIPv6 {
      guard !rest.isEmpty else { return nil }
      rest = rest.dropFirst()
    }
    let name = isIPv6 ? host.dropFirst() : host
    guard (1...253).contains(name.count), name.allSatisfy(isIPv6 ? isOfIPv6 : isOfName), let port = port(rest) else {
      return nil
    }
    return (String(decoding: name, as: UTF8.self), port)
  }

  private static func isOfIPv6(_ byte: UInt8) -> Bool {
    isHex(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }

  /// - Parameter rest: nothing, or a colon and digits.
  private static func port(_ rest: ArraySlice<UInt8>) -> Int? {
    guard let first = rest.first else { return 80 }
    let digits = rest.dropFirst()
    guard first == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return (1...65_535).contains(port) ? port : nil
  }

  private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// The value of the `Host` field (RFC 9110 section 7.2).
  var hostField: String { port == 80 ? bracketedHost : "\(bracketedHost):\(port)" }
}

extension FetchAddress: CustomStringConvertible {
  /// Host and path, for logs: a query may say about whom somebody asks.
  public var description: String { hostField + target.prefix { $0 != "?" } }
}
