/// The syntax of the names of RFC 5280 section 4.2.1.6 that are IA5Strings or octets.
enum NameSyntax {
  /// - Returns: what is wrong with a subject alternative name, or nil.
  static func defect(of name: GeneralName) -> String? {
    switch name {
    case .rfc822Name(let bytes): isMailbox(bytes) ? nil : "an rfc822Name that is no mailbox"
    case .dNSName(let bytes): isHost(bytes, mayHaveWildcard: true) ? nil : "a dNSName that is no domain name"
    case .uniformResourceIdentifier(let bytes): isURI(bytes) ? nil : "a URI without a scheme"
    case .iPAddress(let bytes): bytes.count == 4 || bytes.count == 16 ? nil : "an iPAddress of no known length"
    case .directoryName(let name): name.formDefect
    case .other: nil
    }
  }

  /// `local@host`, where the local part may be quoted.
  static func isMailbox(_ bytes: [UInt8]) -> Bool {
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0, bytes.allSatisfy(isGraphic) else { return false }
    let local = bytes[..<at]
    let isQuoted = local.count > 1 && local.first == UInt8(ascii: "\"") && local.last == UInt8(ascii: "\"")
    return (isQuoted || !local.contains(UInt8(ascii: "@"))) && isHost(Array(bytes[(at + 1)...]), mayHaveWildcard: false)
  }

  /// Labels of letters, digits, hyphens and (by custom) underscores; `*` only as the whole leftmost label.
  static func isHost(_ bytes: [UInt8], mayHaveWildcard: Bool) -> Bool {
    guard (1...253).contains(bytes.count) else { return false }
    var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
    if mayHaveWildcard, labels.count > 1, labels.first?.elementsEqual([UInt8(ascii: "*")]) == true {
      labels = labels.dropFirst()
    }
    return labels.allSatisfy(isLabel)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen || $0 == UInt8(ascii: "_") }
  }

  /// Absolute: a scheme, a colon, and something after it (RFC 3986 section 3).
  static func isURI(_ bytes: [UInt8]) -> Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < bytes.count,
      bytes.allSatisfy(isGraphic), let first = bytes.first, isLetterOrDigit(first), !(0x30...0x39).contains(first)
    else { return false }
    return bytes[..<colon].allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
  }

  /// The host of a URI with an authority (RFC 3986 section 3.2), in brackets if it is an IPv6 address; nil without one.
  static func host(ofURI bytes: [UInt8]) -> [UInt8]? {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[(colon + 1)...].starts(with: "//".utf8) else {
      return nil
    }
    var authority = bytes[(colon + 3)...].prefix { !"/?#".utf8.contains($0) }
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
    if authority.first == UInt8(ascii: "[") {
      return authority.firstIndex(of: UInt8(ascii: "]")).map { Array(authority[...$0]) }
    }
    return Array(authority.prefix { $0 != UInt8(ascii: ":") })
  }

  private static func isGraphic(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
    default: false
    }
  }
}
