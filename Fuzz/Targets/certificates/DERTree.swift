/// A structure in DER, taken apart so that it can be changed in any place and put together with the right lengths.
///
/// What OCTET STRING and BIT STRING hold is taken apart too where it is DER itself.
struct DERTree {
  private static let maximumDepth = 24

  var tag: UInt8
  /// Before the children: the octet of unused bits of a BIT STRING. Without children the whole content.
  var content: [UInt8]
  var children: [DERTree] = []

  /// - Returns: nil for what is not one structure from the first octet to the last.
  init?(_ bytes: ArraySlice<UInt8>, depth: Int = 0) {
    guard depth < Self.maximumDepth, let found = Self.list(bytes, depth: depth), found.count == 1 else { return nil }
    self = found[0]
  }

  private init(tag: UInt8, content: ArraySlice<UInt8>, depth: Int) {
    self.tag = tag
    self.content = Array(content)
    let prefix = tag == 0x03 && content.first == 0 ? 1 : 0
    let mayHoldMore = tag & 0x20 != 0 || tag == 0x04 || prefix == 1
    guard mayHoldMore, depth < Self.maximumDepth, let list = Self.list(content.dropFirst(prefix), depth: depth + 1),
      !list.isEmpty
    else { return }
    self.content = Array(content.prefix(prefix))
    children = list
  }

  private static func list(_ bytes: ArraySlice<UInt8>, depth: Int) -> [DERTree]? {
    var found: [DERTree] = []
    var rest = bytes
    while !rest.isEmpty {
      guard let (tag, content, next) = element(rest) else { return nil }
      found.append(DERTree(tag: tag, content: content, depth: depth))
      rest = next
    }
    return found
  }

  private static func element(_ bytes: ArraySlice<UInt8>) -> (UInt8, ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard bytes.count >= 2, let tag = bytes.first, tag & 0x1F != 0x1F else { return nil }
    let first = Int(bytes[bytes.startIndex + 1])
    let octets = first < 0x80 ? 0 : first & 0x7F
    guard octets <= 3, bytes.count >= 2 + octets else { return nil }
    let length = octets == 0 ? first : bytes.dropFirst(2).prefix(octets).reduce(0) { $0 << 8 | Int($1) }
    let rest = bytes.dropFirst(2 + octets)
    guard first != 0x80, rest.count >= length else { return nil }
    return (tag, rest.prefix(length), rest.dropFirst(length))
  }

  var encoded: [UInt8] {
    let whole = content + children.flatMap(\.encoded)
    guard whole.count >= 0x80 else { return [tag, UInt8(whole.count)] + whole }
    let octets = [16, 8, 0].map { UInt8(truncatingIfNeeded: whole.count >> $0) }.drop { $0 == 0 }
    return [tag, 0x80 | UInt8(octets.count)] + octets + whole
  }

  /// How many structures there are, this one included.
  var count: Int { children.reduce(1) { $0 + $1.count } }

  /// - Parameter index: 0 for this one, then depth first.
  func node(at index: Int) -> DERTree {
    var rest = index - 1
    for child in children {
      if rest < 0 { break }
      if rest < child.count { return child.node(at: rest) }
      rest -= child.count
    }
    return self
  }

  mutating func change(at index: Int, _ body: (inout DERTree) -> Void) {
    guard index > 0 else { return body(&self) }
    var rest = index - 1
    for place in children.indices {
      let count = children[place].count
      if rest < count { return children[place].change(at: rest, body) }
      rest -= count
    }
  }
}
