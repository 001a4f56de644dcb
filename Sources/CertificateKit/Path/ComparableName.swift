/// A name in the form in which it can be compared with the bases of name constraints.
enum ComparableName {
  /// Lowercased labels; the first is `*` in a wildcard.
  case host([UInt8])
  case mailbox(local: [UInt8], host: [UInt8])
  case uri(host: [UInt8])
  case address([UInt8])
  /// Compared by OpenSSL, in its canonical form.
  case directory

  /// - Returns: nil for a form that is not processed, or a name of which nothing can be compared.
  init?(_ name: GeneralName) {
    switch name {
    case .dNSName(let bytes): self = .host(Self.lowercased(bytes))
    case .rfc822Name(let bytes):
      guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return nil }
      self = .mailbox(local: Array(bytes[..<at]), host: Self.lowercased(Array(bytes[(at + 1)...])))
    case .uniformResourceIdentifier(let bytes):
      guard let host = NameSyntax.host(ofURI: bytes), Self.isQualified(host) else { return nil }
      self = .uri(host: Self.lowercased(host))
    case .iPAddress(let bytes): self = .address(bytes)
    case .directoryName: self = .directory
    case .other: return nil
    }
  }

  /// Whether every name that is meant lies within a subtree.
  func isWithin(_ base: GeneralName) -> Bool {
    switch (self, base) {
    case (.host(let host), .dNSName(let base)): Self.isHost(host, withinDomain: Self.lowercased(base))
    case (.mailbox(let local, let host), .rfc822Name(let base)): Self.isMailbox(local, host, within: base)
    case (.uri(let host), .uniformResourceIdentifier(let base)): Self.isHost(host, within: Self.lowercased(base))
    case (.address(let address), .iPAddress(let base)): Self.isAddress(address, within: base)
    case (.directory, .directoryName): true
    default: false
    }
  }

  /// Whether some name that is meant lies within a subtree: `*.example` may mean `secret.example`.
  func mayBeWithin(_ base: GeneralName) -> Bool {
    if case .directory = self { return false }
    guard case .host(let host) = self, case .dNSName(let subtree) = base, host.starts(with: "*.".utf8) else {
      return isWithin(base)
    }
    let domain = Array(host.dropFirst(2))
    let root = Self.lowercased(subtree)
    return Self.isHost(domain, withinDomain: root) || Self.isHost(root, withinDomain: domain)
  }

  /// The base, or labels and the base; an empty base is everything.
  private static func isHost(_ host: [UInt8], withinDomain base: [UInt8]) -> Bool {
    base.isEmpty || host == base || hasSuffix(host, [UInt8(ascii: ".")] + base)
  }

  /// With a leading point hosts below it, without one that host alone.
  private static func isHost(_ host: [UInt8], within base: [UInt8]) -> Bool {
    base.first == UInt8(ascii: ".") ? hasSuffix(host, base) && host.count > base.count : host == base
  }

  private static func isMailbox(_ local: [UInt8], _ host: [UInt8], within base: [UInt8]) -> Bool {
    guard let at = base.lastIndex(of: UInt8(ascii: "@")) else { return isHost(host, within: lowercased(base)) }
    return local.elementsEqual(base[..<at]) && host == lowercased(Array(base[(at + 1)...]))
  }

  private static func isAddress(_ address: [UInt8], within base: [UInt8]) -> Bool {
    guard base.count == address.count * 2 else { return false }
    return address.indices.allSatisfy { index in
      let mask = base[address.count + index]
      return address[index] & mask == base[index] & mask
    }
  }

  /// A host by name; addresses and single labels are not fully qualified.
  private static func isQualified(_ host: [UInt8]) -> Bool {
    guard NameSyntax.isHost(host, mayHaveWildcard: false), host.contains(UInt8(ascii: ".")) else { return false }
    return !host.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
  }

  private static func hasSuffix(_ bytes: [UInt8], _ suffix: [UInt8]) -> Bool {
    bytes.count >= suffix.count && bytes.suffix(suffix.count).elementsEqual(suffix)
  }

  private static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }
}
