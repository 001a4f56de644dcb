/// An element of a document whose signature was verified, read from the very bytes that were digested: the signature
/// itself, comments and whatever else was not signed are not there. Only ``XMLSignatureVerifier`` makes one.
public struct SignedElement: Sendable, Equatable {
  /// The name without prefix.
  public let name: String
  /// The namespace's URI; empty for none.
  public let namespace: String
  public let attributes: [SignedAttribute]
  /// The child elements, in document order.
  public let children: [SignedElement]
  /// All text of its own, in order: every text node between the children, however they were split.
  public let text: String

  /// The value of an attribute without a namespace.
  public func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name && $0.namespace.isEmpty }?.value
  }

  public func children(_ name: String, in namespace: String) -> [SignedElement] {
    children.filter { $0.name == name && $0.namespace == namespace }
  }

  /// The child of this name; nil if there is none or more than one.
  public func onlyChild(_ name: String, in namespace: String) -> SignedElement? {
    let found = children(name, in: namespace)
    return found.count == 1 ? found[0] : nil
  }

  /// The depth was limited before: this recursion ends.
  init(_ node: Node) {
    name = node.name
    namespace = node.namespace
    attributes = node.attributes.map { SignedAttribute(name: $0.name, namespace: $0.namespace, value: $0.value) }
    children = node.elements.map(SignedElement.init)
    text = node.text
  }
}

public struct SignedAttribute: Sendable, Equatable {
  /// The name without prefix.
  public let name: String
  /// The namespace's URI; empty for none.
  public let namespace: String
  public let value: String
}
