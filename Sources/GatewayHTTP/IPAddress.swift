#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Textual IP addresses as bytes.
enum IPAddress {
  /// 4 or 16 bytes in network order; an IPv4 address within IPv6 is the IPv4 address. nil for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    if let v4 = parse(text, AF_INET, 4) { return v4 }
    guard let v6 = parse(text, AF_INET6, 16) else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return v6.starts(with: mapped) ? Array(v6.suffix(4)) : v6
  }

  private static func parse(_ text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) }
    return result == 1 ? bytes : nil
  }
}
