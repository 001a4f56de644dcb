/// What a fuzzer's bytes mean: some octets of options, then parts with a kind and a length, such as certificates.
///
/// Every input means something, so that no mutation is in vain: missing options are 0, a length that is too long is cut.
struct FuzzInput {
  struct Part {
    let kind: UInt8
    let bytes: [UInt8]
  }

  static let maximumParts = 24

  let options: [UInt8]
  private(set) var parts: [Part] = []

  /// - Parameter count: how many octets of options there are.
  init(_ bytes: [UInt8], options count: Int) {
    options = Array(bytes.prefix(count)) + [UInt8](repeating: 0, count: max(0, count - bytes.count))
    var rest = bytes.dropFirst(count)
    while rest.count >= 3 && parts.count < Self.maximumParts {
      let head = Array(rest.prefix(3))
      let content = rest.dropFirst(3).prefix(Int(head[1]) << 8 | Int(head[2]))
      parts.append(Part(kind: head[0], bytes: Array(content)))
      rest = rest[content.endIndex...]
    }
  }

  func isSet(_ bit: UInt8, of option: Int) -> Bool { options[option] >> bit & 1 == 1 }
}
