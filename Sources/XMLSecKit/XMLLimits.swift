/// What a document may cost before it is refused. Every bound is checked before the parser or the canonicalisation
/// could be made to work for longer than the bytes are worth.
public struct XMLLimits: Sendable, Equatable {
  /// Bytes of the whole document.
  public let bytes: Int
  /// Elements inside each other, the root being 1.
  public let depth: Int
  /// Elements, attributes, comments, CDATA sections and instructions of the whole document: each costs some 200 bytes.
  public let nodes: Int
  /// Attributes of one element, namespace declarations included.
  public let attributes: Int
  /// Namespace declarations in scope of one element.
  public let namespaces: Int

  /// - Parameters:
  ///   - bytes: 1 to 512 MiB.
  ///   - depth: 1 to 200; libxml2 itself ends at 256.
  ///   - nodes: at least 1.
  ///   - attributes: at least 1.
  ///   - namespaces: at least 1.
  /// Values outside of these are moved to the nearest one inside.
  public init(bytes: Int, depth: Int = 64, nodes: Int = 500_000, attributes: Int = 64, namespaces: Int = 64) {
    self.bytes = min(max(bytes, 1), 512 << 20)
    self.depth = min(max(depth, 1), 200)
    self.nodes = max(nodes, 1)
    self.attributes = max(attributes, 1)
    self.namespaces = max(namespaces, 1)
  }

  /// Steps of an inclusive canonicalisation, which looks at every declaration in scope again for every element, and for
  /// each of them at the others and up to the root. Some ten nanoseconds each; a list of 2 MB takes a few millions.
  static let canonicalSteps = 100_000_000

  /// A canonical form repeats namespace declarations where they are used: its bytes and attributes may be more.
  static let canonicalGrowth = 4

  /// The limits of the canonical form of a document that kept these.
  var ofCanonicalForm: XMLLimits {
    XMLLimits(
      bytes: bytes.multipliedReportingOverflow(by: Self.canonicalGrowth).partialValue, depth: depth,
      nodes: nodes * 2, attributes: attributes * 2, namespaces: namespaces * 2)
  }
}
