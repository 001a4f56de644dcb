/// The proxies whose `X-Forwarded-*` headers count (safety sentence 6): addresses and networks from the configuration.
public struct ProxyList: Sendable, Equatable {
  private let addresses: Set<String>
  private let networks: [Network]

  private struct Network: Equatable {
    let bytes: [UInt8]
    let prefix: Int
  }

  /// - Parameter entries: such as `127.0.0.1`, `::1` or `10.0.0.0/8`.
  /// - Returns: nil if any of them is malformed.
  public init?(_ entries: [String]) {
    var addresses: Set<String> = []
    var networks: [Network] = []
    for entry in entries {
      let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
      guard let bytes = IPAddress.bytes(String(parts[0])) else { return nil }
      if parts.count == 1 {
        addresses.insert(entry)
      } else {
        guard parts.count == 2, let prefix = Int(parts[1]), (0...bytes.count * 8).contains(prefix) else { return nil }
        networks.append(Network(bytes: bytes, prefix: prefix))
      }
    }
    self.addresses = addresses
    self.networks = networks
  }

  public static let none = ProxyList(addresses: [], networks: [])

  private init(addresses: Set<String>, networks: [Network]) {
    self.addresses = addresses
    self.networks = networks
  }

  func trusts(_ peer: String?) -> Bool {
    guard let peer else { return false }
    if addresses.contains(peer) { return true }
    guard !networks.isEmpty, let bytes = IPAddress.bytes(peer) else { return false }
    return networks.contains { network in
      network.bytes.count == bytes.count
        && (0..<network.prefix).allSatisfy { bit in
          let mask = UInt8(0x80) >> UInt8(bit % 8)
          return network.bytes[bit / 8] & mask == bytes[bit / 8] & mask
        }
    }
  }
}
