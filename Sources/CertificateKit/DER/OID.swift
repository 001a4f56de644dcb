/// An object identifier, kept as its DER content octets.
public struct OID: Sendable, Hashable, CustomStringConvertible {
  /// The content octets of the encoding (X.690 section 8.19).
  public let octets: [UInt8]

  init(octets: ArraySlice<UInt8>) { self.octets = Array(octets) }

  /// - Parameter dotted: such as `2.5.29.32.0`; at least two arcs, each below 2^63.
  /// - Returns: nil for anything else.
  public init?(_ dotted: some StringProtocol) {
    var arcs: [UInt64] = []
    for part in dotted.split(separator: ".", omittingEmptySubsequences: false) {
      guard (1...19).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part.utf8.count == 1 || !part.hasPrefix("0"), let arc = UInt64(part), arc < 1 << 62
      else { return nil }
      arcs.append(arc)
    }
    guard arcs.count >= 2, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40 else { return nil }
    octets = ([arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2)).flatMap(Self.base128)
  }

  private static func base128(_ arc: UInt64) -> [UInt8] {
    var reversed = [UInt8(arc & 0x7F)]
    var rest = arc >> 7
    while rest > 0 {
      reversed.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return reversed.reversed()
  }

  /// Dotted, or `invalid` for an arc that does not fit 64 bits.
  public var description: String {
    var arcs: [UInt64] = []
    var arc: UInt64 = 0
    for octet in octets {
      guard arc < 1 << 56 else { return "invalid" }
      arc = arc << 7 | UInt64(octet & 0x7F)
      if octet < 0x80 {
        arcs.append(arc)
        arc = 0
      }
    }
    guard let first = arcs.first else { return "invalid" }
    let root = min(first / 40, 2)
    return ([root, first - root * 40] + arcs.dropFirst()).map(String.init).joined(separator: ".")
  }

  static func isWellFormed(_ content: ArraySlice<UInt8>) -> Bool {
    guard let last = content.last, last < 0x80 else { return false }
    var startsArc = true
    for octet in content {
      if startsArc && octet == 0x80 { return false }
      startsArc = octet < 0x80
    }
    return true
  }
}
