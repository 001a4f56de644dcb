import CXMLSec

/// An element of a ``ParsedDocument``.
@safe struct Node {
  let pointer: xmlNodePtr
  let document: ParsedDocument

  init(_ pointer: xmlNodePtr, of document: ParsedDocument) {
    unsafe self.pointer = unsafe pointer
    self.document = document
  }

  var name: String { unsafe pointer.pointee.name.map { unsafe String(xml: $0) } ?? "" }
  var namespace: String { unsafe pointer.pointee.ns?.pointee.href.map { unsafe String(xml: $0) } ?? "" }

  func isNamed(_ name: String, in namespace: String) -> Bool { self.name == name && self.namespace == namespace }

  /// The child elements, in document order.
  var elements: [Node] {
    var found: [Node] = []
    var next = unsafe pointer.pointee.children
    while let node = unsafe next {
      if unsafe node.pointee.type == XML_ELEMENT_NODE { found.append(unsafe Node(node, of: document)) }
      unsafe next = node.pointee.next
    }
    return found
  }

  /// All text of its own, in order: what stands between the child elements, comments left out.
  var text: String {
    var text = ""
    var next = unsafe pointer.pointee.children
    while let node = unsafe next {
      let type = unsafe node.pointee.type
      if type == XML_TEXT_NODE || type == XML_CDATA_SECTION_NODE, let content = unsafe node.pointee.content {
        text += unsafe String(xml: content)
      }
      unsafe next = node.pointee.next
    }
    return text
  }

  /// Name, namespace ("" for none) and value of every attribute.
  var attributes: [(name: String, namespace: String, value: String)] {
    var found: [(name: String, namespace: String, value: String)] = []
    var next = unsafe pointer.pointee.properties
    while let attribute = unsafe next {
      let name = unsafe String(xml: attribute.pointee.name)
      let namespace = unsafe attribute.pointee.ns?.pointee.href.map { unsafe String(xml: $0) } ?? ""
      found.append((name, namespace, unsafe value(of: attribute)))
      unsafe next = attribute.pointee.next
    }
    return found
  }

  /// The value of an attribute without a namespace.
  func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name && $0.namespace.isEmpty }?.value
  }

  /// Makes the attribute an ID, so that a reference finds this element and no other.
  func registerIdentifier(_ name: String) {
    guard let attribute = unsafe xmlHasNsProp(pointer, name, nil) else { return }
    unsafe xmlAddID(nil, document.pointer, value(of: attribute), attribute)
  }

  private func value(of attribute: xmlAttrPtr) -> String {
    guard let text = unsafe xmlNodeListGetString(document.pointer, attribute.pointee.children, 1) else { return "" }
    defer { unsafe cxmlsec_free(text) }
    return unsafe String(xml: text)
  }
}
