import CXMLSec

/// One run of libxmlsec1 over a signature whose form is accepted, with a key that the document has no say in.
@safe struct SignatureCheck {
  enum Answer {
    /// The bytes that were digested for the reference to the whole document.
    case matches([UInt8])
    case differs
    case contentChanged
  }

  private let layout: SignatureLayout
  private let context: xmlSecDSigCtxPtr

  /// - Parameter layout: of a document whose identifiers are registered.
  static func run(_ layout: SignatureLayout, signer: SignerKey) throws(XMLSecFault) -> Answer {
    guard let context = unsafe xmlSecDSigCtxCreate(nil) else { throw .outOfMemory }
    defer { unsafe xmlSecDSigCtxDestroy(context) }
    let check = unsafe SignatureCheck(layout: layout, context: context)
    try check.restrict()
    guard let key = unsafe signer.load() else { throw .outOfMemory }
    unsafe context.pointee.signKey = unsafe key  // which the context frees from now on
    let code = unsafe xmlSecDSigCtxVerify(context, layout.signature.pointer)
    return unsafe check.answer(code, key: key)
  }

  /// Names every algorithm that may be used, and lets references reach the document itself only.
  private func restrict() throws(XMLSecFault) {
    for name in Algorithms.inReference {
      guard let id = unsafe Self.transform(name), unsafe xmlSecDSigCtxEnableReferenceTransform(context, id) == 0 else {
        throw .library("it lacks \(name)")
      }
    }
    for name in Algorithms.inSignedInfo {
      guard let id = unsafe Self.transform(name), unsafe xmlSecDSigCtxEnableSignatureTransform(context, id) == 0 else {
        throw .library("it lacks \(name)")
      }
    }
    unsafe context.pointee.enabledReferenceUris =
      xmlSecTransformUriType(xmlSecTransformUriTypeEmpty | xmlSecTransformUriTypeSameDocument)
    unsafe context.pointee.flags =
      UInt32(XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS | XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES)
  }

  private static func transform(_ name: String) -> xmlSecTransformId? {
    unsafe xmlSecTransformIdListFindByHref(
      xmlSecTransformIdsGet(), name, xmlSecTransformUsage(xmlSecTransformUsageAny))
  }

  private func answer(_ code: Int32, key: xmlSecKeyPtr) -> Answer {
    let succeeded = unsafe code == 0 && context.pointee.status == xmlSecDSigStatusSucceeded
    let references = unsafe layout.references.indices.map { unsafe cxmlsec_reference(context, cxmlsec_size($0)) }
    if !succeeded {
      let changed = unsafe references.contains { unsafe $0?.pointee.status == xmlSecDSigStatusInvalid }
      return changed ? .contentChanged : .differs
    }
    // What follows should hold whenever xmlsec is content; a signature for which it does not is nobody's.
    guard unsafe context.pointee.signKey == key,
      unsafe Int(xmlSecPtrListGetSize(&context.pointee.signedInfoReferences)) == layout.references.count,
      unsafe xmlSecPtrListGetSize(&context.pointee.manifestReferences) == 0
    else { return .differs }
    for (index, uri) in layout.references.enumerated() {
      guard let reference = unsafe references[index], unsafe reference.pointee.status == xmlSecDSigStatusSucceeded,
        unsafe reference.pointee.uri.map({ unsafe String(xml: $0) }) ?? "" == uri
      else { return .differs }
    }
    guard let content = unsafe references[layout.content], let bytes = unsafe Self.digested(content) else {
      return .differs
    }
    return .matches(bytes)
  }

  private static func digested(_ reference: xmlSecDSigReferenceCtxPtr) -> [UInt8]? {
    guard let buffer = unsafe xmlSecDSigReferenceCtxGetPreDigestBuffer(reference),
      let data = unsafe xmlSecBufferGetData(buffer)
    else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: data, count: Int(xmlSecBufferGetSize(buffer))))
  }
}
