import CXMLSec

/// What one walk over all nodes of a document finds out, before anything else is done with it.
struct DocumentSurvey {
  /// How many signatures there are, wherever they stand.
  private(set) var signatures = 0
  private var identifiers: Set<String> = []
  /// At most so many bytes of namespace declarations in an exclusive canonical form.
  private var declarationBytes = 0

  init(_ document: ParsedDocument, limits: XMLLimits) throws(XMLRefusal) {
    guard let root = document.root else { throw .malformed(line: 0) }
    var current: xmlNodePtr? = unsafe root.pointer
    while let node = unsafe current {
      try unsafe visit(node, of: document)
      guard declarationBytes <= limits.ofCanonicalForm.bytes else { throw .tooCostly }
      unsafe current = Self.following(node, within: root.pointer)
    }
  }

  private mutating func visit(_ pointer: xmlNodePtr, of document: ParsedDocument) throws(XMLRefusal) {
    switch unsafe pointer.pointee.type {
    case XML_TEXT_NODE, XML_CDATA_SECTION_NODE, XML_COMMENT_NODE, XML_PI_NODE: return
    case XML_ELEMENT_NODE: break
    default: throw .malformed(line: 0)  // an entity, and there should be none
    }
    let node = unsafe Node(pointer, of: document)
    if node.isNamed("Signature", in: Namespace.signature) { signatures += 1 }
    declarationBytes += Self.declarationBytes(name: node.name, namespace: node.namespace)
    for attribute in node.attributes {
      declarationBytes += Self.declarationBytes(name: attribute.name, namespace: attribute.namespace)
      guard attribute.name.lowercased() == "id" else { continue }
      guard identifiers.insert(attribute.value).inserted else { throw .duplicateIdentifier }
    }
  }

  private static func declarationBytes(name: String, namespace: String) -> Int {
    namespace.isEmpty ? 0 : namespace.utf8.count
  }

  /// The next node in document order; nil after the last one below `root`.
  private static func following(_ node: xmlNodePtr, within root: xmlNodePtr) -> xmlNodePtr? {
    if unsafe node.pointee.type == XML_ELEMENT_NODE, let child = unsafe node.pointee.children {
      return unsafe child
    }
    var current = unsafe node
    while unsafe current != root {
      if let next = unsafe current.pointee.next { return unsafe next }
      guard let parent = unsafe current.pointee.parent else { return nil }
      unsafe current = unsafe parent
    }
    return nil
  }
}

enum Namespace {
  static let signature = "http://www.w3.org/2000/09/xmldsig#"
  /// XAdES (ETSI EN 319 132-1).
  static let qualifyingProperties = "http://uri.etsi.org/01903/v1.3.2#"
}
