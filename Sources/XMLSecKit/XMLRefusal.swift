/// Why a document was refused. Carries nothing of what the document says, but the name of an algorithm.
public enum XMLRefusal: Error, Sendable, Equatable {
  // The document.
  case empty
  case tooLarge(bytes: Int, limit: Int)
  /// Not UTF-8, or labelled as something else.
  case encoding
  /// A document type declaration, and with it every entity.
  case documentType
  case tooDeep(limit: Int)
  case tooManyNodes(limit: Int)
  case tooManyAttributes(limit: Int)
  case tooManyNamespaces(limit: Int)
  /// Its canonical form would be many times as long as the document, or take many seconds.
  case tooCostly
  /// Not well formed; the line is counted from 1, and 0 where it is not known.
  case malformed(line: Int)
  case duplicateIdentifier

  // The signature's form.
  case unsigned
  case severalSignatures
  /// The only signature is not a child of the root.
  case misplacedSignature
  /// The signature is not built as XML Signature Syntax and Processing 1.1 (section 4) and our rules want it.
  case form(SignaturePart)
  case algorithm(AlgorithmRole, String)

  // The signature itself.
  /// The digest does not match: something was changed after signing.
  case contentChanged
  /// None of the pinned keys made this signature.
  case otherSigner
}

/// The part of a signature that is not as it should be.
public enum SignaturePart: String, Sendable, Equatable {
  case signature = "Signature"
  case signedInfo = "SignedInfo"
  case reference = "Reference"
  /// Which element a reference points to.
  case referenceURI = "Reference URI"
  case transforms = "Transforms"
  case object = "Object"
}

/// What an algorithm that we do not take was to be used for.
public enum AlgorithmRole: String, Sendable, Equatable {
  case canonicalization, signature, digest, transform
}

extension XMLRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "the document is empty"
    case .tooLarge(let bytes, let limit): "the document has \(bytes) bytes, more than \(limit)"
    case .encoding: "the document is not in UTF-8"
    case .documentType: "the document has a document type declaration"
    case .tooDeep(let limit): "the document is nested deeper than \(limit) elements"
    case .tooManyNodes(let limit): "the document has more than \(limit) elements, attributes and comments"
    case .tooManyAttributes(let limit): "an element has more than \(limit) attributes"
    case .tooManyNamespaces(let limit): "more than \(limit) namespace declarations are in scope"
    case .tooCostly: "the document's canonical form would be too long or take too long"
    case .malformed(let line): "the document is not well-formed XML" + (line > 0 ? " (line \(line))" : "")
    case .duplicateIdentifier: "two elements have the same Id"
    case .unsigned: "the document is not signed"
    case .severalSignatures: "the document has more than one signature"
    case .misplacedSignature: "the signature is not a child of the root element"
    case .form(let part): "the signature's \(part.rawValue) is not as it should be"
    case .algorithm(let role, let name): "the \(role.rawValue) algorithm \(name) is not accepted"
    case .contentChanged: "the content was changed after it was signed"
    case .otherSigner: "the signature was not made by the expected signer"
    }
  }
}
