import CXMLSec

/// A document as libxml2 parsed it, owned. Its nodes are read through ``Node``, which keeps it alive.
@safe final class ParsedDocument {
  let pointer: xmlDocPtr

  /// Parses strictly: UTF-8, no document type, no entity but the five of XML, no network, nothing included.
  init(_ bytes: [UInt8], limits: XMLLimits) throws(XMLRefusal) {
    var scan = MarkupScan(bytes, limits: limits)
    try scan.run()
    unsafe pointer = try Self.parse(bytes)
  }

  /// The parser alone, for tests of what it refuses by itself.
  init(unscanned bytes: [UInt8]) throws(XMLRefusal) {
    unsafe pointer = try Self.parse(bytes)
  }

  deinit { unsafe xmlFreeDoc(pointer) }

  var root: Node? {
    guard let element = unsafe xmlDocGetRootElement(pointer) else { return nil }
    return unsafe Node(element, of: self)
  }

  private static func parse(_ bytes: [UInt8]) throws(XMLRefusal) -> xmlDocPtr {
    guard let context = unsafe xmlNewParserCtxt() else { throw .malformed(line: 0) }
    defer { unsafe xmlFreeParserCtxt(context) }
    unsafe cxmlsec_forbid_doctype(context)
    let document = unsafe bytes.withUnsafeBytes { buffer in
      let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
      let characters = unsafe buffer.bindMemory(to: CChar.self)
      return unsafe xmlCtxtReadMemory(context, characters.baseAddress, Int32(characters.count), nil, nil, options)
    }
    guard let document = unsafe document else { throw .malformed(line: unsafe line(context)) }
    // A prefix without a declaration is only a warning to libxml2.
    guard unsafe context.pointee.wellFormed == 1, unsafe context.pointee.nsWellFormed == 1 else {
      unsafe xmlFreeDoc(document)
      throw .malformed(line: unsafe line(context))
    }
    let isStopped = unsafe context.pointee.errNo == Int32(XML_ERR_USER_STOP.rawValue)
    guard !isStopped, unsafe document.pointee.intSubset == nil, unsafe document.pointee.extSubset == nil else {
      unsafe xmlFreeDoc(document)
      throw .documentType
    }
    guard unsafe isUTF8(document) else {
      unsafe xmlFreeDoc(document)
      throw .encoding
    }
    return unsafe document
  }

  private static func line(_ context: xmlParserCtxtPtr) -> Int { unsafe max(Int(context.pointee.lastError.line), 0) }

  private static func isUTF8(_ document: xmlDocPtr) -> Bool {
    guard let label = unsafe document.pointee.encoding else { return true }
    return unsafe String(xml: label).lowercased() == "utf-8"
  }
}

extension String {
  /// libxml2's text is UTF-8, and it has checked that.
  init(xml text: UnsafePointer<xmlChar>) {
    unsafe self.init(decoding: UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text))), as: UTF8.self)
  }
}
