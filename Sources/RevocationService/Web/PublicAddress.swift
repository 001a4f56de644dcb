import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Which IP addresses belong to the public Internet, so that an address in a certificate cannot make us talk to a
/// machine inside (IANA's registries of special-purpose addresses, RFC 6890).
enum PublicAddress {
  static func contains(_ address: SocketAddress) -> Bool {
    guard let text = address.ipAddress else { return false }
    var octets = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &octets) == 1 { return isPublicIPv4(Array(octets.prefix(4))) }
    return unsafe inet_pton(AF_INET6, text, &octets) == 1 && isPublicIPv6(octets)
  }

  private static let specialIPv4: [(network: [UInt8], bits: Int)] = [
    ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
    ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
    ([203, 0, 113], 24), ([224], 3),
  ]

  private static func isPublicIPv4(_ address: [UInt8]) -> Bool {
    !specialIPv4.contains { begins(address, with: $0.network, bits: $0.bits) }
  }

  /// Global unicast but for what is set apart in it: protocol assignments with Teredo, documentation, 6to4.
  private static let specialIPv6: [(network: [UInt8], bits: Int)] = [
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x3F, 0xFF, 0x00], 20),
  ]
  private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
  /// Translation for networks without IPv4 (RFC 6052).
  private static let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

  private static func isPublicIPv6(_ address: [UInt8]) -> Bool {
    if address.starts(with: mapped) || address.starts(with: translated) {
      return isPublicIPv4(Array(address.suffix(4)))
    }
    return begins(address, with: [0x20], bits: 3)
      && !specialIPv6.contains { begins(address, with: $0.network, bits: $0.bits) }
  }

  /// - Parameter bits: how many bits of the network count.
  private static func begins(_ address: [UInt8], with network: [UInt8], bits: Int) -> Bool {
    for index in 0..<(bits + 7) / 8 {
      let counted = min(8, bits - index * 8)
      let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - counted))
      let expected = index < network.count ? network[index] : 0
      guard address[index] & mask == expected & mask else { return false }
    }
    return true
  }
}
