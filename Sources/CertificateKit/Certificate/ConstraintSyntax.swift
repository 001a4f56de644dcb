/// The syntax of the bases of name constraints, which is not that of names (RFC 5280 section 4.2.1.10).
enum ConstraintSyntax {
  /// - Returns: what is wrong, or nil.
  static func defect(of base: GeneralName) -> String? {
    switch base {
    case .dNSName(let bytes):
      bytes.isEmpty || NameSyntax.isHost(bytes, mayHaveWildcard: false) ? nil : "a dNSName constraint of no known form"
    case .rfc822Name(let bytes):
      isHostOrDomain(bytes) || NameSyntax.isMailbox(bytes) ? nil : "an rfc822Name constraint of no known form"
    case .uniformResourceIdentifier(let bytes): isHostOrDomain(bytes) ? nil : "a URI constraint of no known form"
    case .iPAddress(let bytes): isSubnet(bytes) ? nil : "an iPAddress constraint of no known form"
    case .directoryName(let name): name.formDefect
    case .other: nil
    }
  }

  /// `host.example` or `.example`.
  private static func isHostOrDomain(_ bytes: [UInt8]) -> Bool {
    let host = bytes.first == UInt8(ascii: ".") ? Array(bytes.dropFirst()) : bytes
    return NameSyntax.isHost(host, mayHaveWildcard: false)
  }

  /// An address and a mask of the same length, the mask's ones all before its zeros (RFC 4632).
  private static func isSubnet(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 8 || bytes.count == 32 else { return false }
    let mask = bytes[(bytes.count / 2)...]
    let zeros = mask.drop { $0 == 0xFF }
    guard let edge = zeros.first else { return true }
    return (edge.leadingZeroBitCount == 8 || ~edge & (~edge &+ 1) == 0) && zeros.dropFirst().allSatisfy { $0 == 0 }
  }
}
