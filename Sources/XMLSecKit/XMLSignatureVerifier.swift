/// Verifies enveloped XML signatures (XML Signature Syntax and Processing 1.1) against pinned keys.
///
/// A value without state, good for any number of threads at once. A verification is synchronous and may take seconds
/// and some hundred megabytes for documents near the limits: keep it off event loops.
public struct XMLSignatureVerifier: Sendable {
  private let signers: [SignerKey]
  private let rules: SignatureRules
  private let limits: XMLLimits

  /// - Parameters:
  ///   - signers: the keys of which one must have made the signature; the first ``SignerKey/maximumCount`` count. A key
  ///     or certificate within the document is never used.
  ///   - limits: what a document may cost.
  public init(signers: [SignerKey], rules: SignatureRules = SignatureRules(), limits: XMLLimits) {
    self.signers = Array(signers.prefix(SignerKey.maximumCount))
    self.rules = rules
    self.limits = limits
  }

  /// Judges a document.
  /// - Throws: ``XMLSecFault`` for our own trouble only.
  public func verify(_ bytes: [UInt8]) throws(XMLSecFault) -> XMLVerdict {
    try XMLSecLibrary.require()
    do {
      let (content, signer) = try signedContent(of: bytes)
      return .verified(try read(content, signer: signer))
    } catch {
      switch error {
      case .refusal(let refusal): return .refused(refusal)
      case .fault(let fault): throw fault
      }
    }
  }

  /// The bytes that one of the signers has signed.
  private func signedContent(of bytes: [UInt8]) throws(Ending) -> ([UInt8], SignerKey) {
    let (document, layout) = try Ending.refusing { () throws(XMLRefusal) in
      let document = try ParsedDocument(bytes, limits: limits)
      let survey = try DocumentSurvey(document, limits: limits)
      return (document, try SignatureLayout(of: document, rules: rules, survey: survey))
    }
    defer { withExtendedLifetime(document) {} }
    for (node, attribute) in layout.identified { node.registerIdentifier(attribute) }
    for signer in signers where signer.family == layout.family {
      let answer = try Ending.failing { () throws(XMLSecFault) in try SignatureCheck.run(layout, signer: signer) }
      switch answer {
      case .matches(let content): return (content, signer)
      case .contentChanged: throw .refusal(.contentChanged)
      case .differs: continue
      }
    }
    throw .refusal(.otherSigner)
  }

  /// Reads what was signed, and not what it was found in.
  private func read(_ content: [UInt8], signer: SignerKey) throws(Ending) -> VerifiedXML {
    try Ending.refusing { () throws(XMLRefusal) in
      let document = try ParsedDocument(content, limits: limits.ofCanonicalForm)
      guard let root = document.root else { throw .malformed(line: 0) }
      return VerifiedXML(root: SignedElement(root), canonicalBytes: content, signer: signer)
    }
  }
}

/// The answer about a document.
public enum XMLVerdict: Sendable, Equatable {
  case verified(VerifiedXML)
  case refused(XMLRefusal)
}

/// A document whose signature was verified.
public struct VerifiedXML: Sendable, Equatable {
  public let root: SignedElement
  /// What was signed, in canonical form: the same content has the same bytes, whoever signed it and when.
  public let canonicalBytes: [UInt8]
  /// Which of the pinned keys made the signature.
  public let signer: SignerKey
}

/// How a verification ends early.
private enum Ending: Error {
  case refusal(XMLRefusal)
  case fault(XMLSecFault)

  static func refusing<Value>(_ body: () throws(XMLRefusal) -> Value) throws(Ending) -> Value {
    do { return try body() } catch { throw .refusal(error) }
  }

  static func failing<Value>(_ body: () throws(XMLSecFault) -> Value) throws(Ending) -> Value {
    do { return try body() } catch { throw .fault(error) }
  }
}
