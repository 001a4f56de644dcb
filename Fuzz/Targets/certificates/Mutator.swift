import CLibFuzzer

/// Changes inputs so that they stay what they are: parts with their lengths, and in them DER with its lengths. Blind
/// changes of bytes hardly get past the first length.
struct Mutator {
  private static let optionCount = 4
  private static let anchor: UInt8 = 3
  nonisolated(unsafe) private static let adoption = Adoption()

  private var random: SeededGenerator
  private let capacity: Int
  private var options: [UInt8]
  private var parts: [(kind: UInt8, bytes: [UInt8])] = []

  init(_ input: [UInt8], capacity: Int, seed: UInt32) {
    random = SeededGenerator(state: UInt64(seed) | 1 << 40)
    self.capacity = capacity
    options = Array(input.prefix(Self.optionCount))
    var rest = input.dropFirst(Self.optionCount)
    while rest.count >= 3 {
      let head = Array(rest.prefix(3))
      let content = rest.dropFirst(3).prefix(Int(head[1]) << 8 | Int(head[2]))
      parts.append((head[0], Array(content)))
      rest = rest[content.endIndex...]
    }
  }

  /// - Returns: nil if nothing came of it; then blind changes may do.
  mutating func mutated() -> [UInt8]? {
    guard !parts.isEmpty, below(4) > 0 else { return nil }
    let place = below(parts.count)
    switch below(8) {
    case 0: options[below(options.count)] = UInt8(below(256))
    case 1: changeParts(place)
    default:
      guard var tree = DERTree(parts[place].bytes[...]) else { return nil }
      for _ in 0...below(3) { change(&tree) }
      parts[place].bytes = tree.encoded
    }
    if below(4) > 0 { adopt() }
    let output = parts.reduce(options) { output, part in
      output + [part.kind, UInt8(part.bytes.count >> 8 & 0xFF), UInt8(part.bytes.count & 0xFF)] + part.bytes
    }
    return output.count <= capacity && parts.allSatisfy { $0.bytes.count <= 0xFFFF } ? output : nil
  }

  /// Only in inputs with an anchor of their own: nothing may pass that claims to come from a known authority.
  private mutating func adopt() {
    guard parts.contains(where: { $0.kind == Self.anchor }), let adoption = Self.adoption else { return }
    for place in parts.indices where parts[place].kind & 0x80 == 0 {
      guard var tree = DERTree(parts[place].bytes[...]) else { continue }
      switch parts[place].kind & 3 {
      case 1: adoption.adoptList(&tree)
      case 2: adoption.adoptAnswer(&tree)
      default: adoption.adoptCertificate(&tree)
      }
      parts[place].bytes = tree.encoded
    }
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(limit, 1), using: &random) }

  private mutating func changeParts(_ place: Int) {
    switch below(5) {
    case 0: parts.remove(at: place)
    case 1: parts.insert(parts[place], at: below(parts.count))
    case 2: parts.swapAt(place, below(parts.count))
    case 3: parts[place].kind = UInt8(below(4))
    default: parts.insert((UInt8(below(4)) | 0x80, [UInt8(below(40))]), at: below(parts.count + 1))
    }
  }

  private mutating func change(_ tree: inout DERTree) {
    let other = stranger(tree)
    let index = below(tree.count)
    let (what, first, second, tag) = (below(8), below(1 << 16), below(1 << 16), below(256))
    let newContent = what < 3 ? mutated(tree.node(at: index).content) : []
    tree.change(at: index) { node in
      let count = node.children.count
      switch what {
      case 0...2 where count == 0: node.content = newContent
      case 3 where count > 0: node.children.remove(at: first % count)
      case 4 where count > 0: node.children.insert(node.children[first % count], at: second % count)
      case 5 where count > 1: node.children.swapAt(first % count, second % count)
      case 6 where count > 0: node.children.insert(other, at: first % count)
      case 7: node.tag = tag & 0x1F == 0x1F ? 0x30 : UInt8(tag)
      default: node = other
      }
    }
  }

  /// Some structure of some part.
  private mutating func stranger(_ tree: DERTree) -> DERTree {
    let other = DERTree(parts[below(parts.count)].bytes[...]) ?? tree
    return other.node(at: below(other.count))
  }

  private func mutated(_ content: [UInt8]) -> [UInt8] {
    var buffer = content + [UInt8](repeating: 0, count: 16)
    let count = LLVMFuzzerMutate(&buffer, content.count, buffer.count)
    return Array(buffer.prefix(count))
  }
}

/// SplitMix64, because libFuzzer wants the same change for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Called by libFuzzer in place of its own changes.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int, _ seed: CUnsignedInt) -> Int {
  var mutator = Mutator(Array(UnsafeBufferPointer(start: bytes, count: size)), capacity: capacity, seed: seed)
  guard let output = mutator.mutated() else { return LLVMFuzzerMutate(bytes, size, capacity) }
  for (place, octet) in output.enumerated() { bytes[place] = octet }
  return output.count
}
