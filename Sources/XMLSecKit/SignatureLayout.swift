/// The signature of a document, after its form was judged and before any cryptography: XML Signature Syntax and
/// Processing 1.1, narrowed to the one form that is accepted.
struct SignatureLayout {
  let signature: Node
  let family: KeyFamily
  /// The URI of each reference in order.
  let references: [String]
  /// Which of them covers the document.
  let content: Int
  /// What references may point to, with the attribute that names it.
  let identified: [(node: Node, attribute: String)]

  init(of document: ParsedDocument, rules: SignatureRules, survey: DocumentSurvey) throws(XMLRefusal) {
    guard let root = document.root else { throw .malformed(line: 0) }
    guard survey.signatures > 0 else { throw .unsigned }
    guard survey.signatures == 1 else { throw .severalSignatures }
    guard let signature = root.elements.first(where: { $0.isNamed("Signature", in: Namespace.signature) }) else {
      throw .misplacedSignature
    }
    let parts = try SignatureParts(signature)
    let information = try SignedInformation(parts.signedInfo)
    let properties = try Self.signedProperties(parts, rules: rules, references: information.references)
    let (content, identified) = try Self.targets(information.references, root: root, properties: properties, rules)
    self.signature = signature
    self.family = information.family
    self.references = information.references.map(\.uri)
    self.content = content
    self.identified = identified
  }

  /// Every reference points to the root or to the signed properties, and to each of them once.
  private static func targets(
    _ references: [Reference], root: Node, properties: Node?, _ rules: SignatureRules
  ) throws(XMLRefusal) -> (content: Int, identified: [(node: Node, attribute: String)]) {
    let contents = references.indices.filter { !references[$0].isToSignedProperties }
    guard contents.count == 1, references.count == (properties == nil ? 1 : 2) else { throw .form(.reference) }
    let content = references[contents[0]]
    guard content.transforms.filter({ $0 == Algorithms.enveloped }).count == 1,
      content.transforms.first == Algorithms.enveloped, content.transforms.count <= 2
    else { throw .form(.transforms) }

    var identified: [(node: Node, attribute: String)] = []
    if !content.uri.isEmpty {
      guard let name = root.attribute(rules.identifier), isName(name), content.uri == "#" + name else {
        throw .form(.referenceURI)
      }
      identified.append((root, rules.identifier))
    }
    if let properties { identified.append((properties, "Id")) }
    return (contents[0], identified)
  }

  /// The one element that a reference to signed properties may mean: XAdES (ETSI EN 319 132-1, section 4.3.4) puts it
  /// into the signature's own `Object`.
  private static func signedProperties(
    _ parts: SignatureParts, rules: SignatureRules, references: [Reference]
  ) throws(XMLRefusal) -> Node? {
    let pointing = references.filter(\.isToSignedProperties)
    guard let reference = pointing.first else {
      guard parts.objects.isEmpty else { throw .form(.object) }
      return nil
    }
    guard rules.allowsSignedProperties, pointing.count == 1 else { throw .form(.reference) }
    guard parts.objects.count == 1, let qualifying = parts.objects[0].onlyElement,
      qualifying.isNamed("QualifyingProperties", in: Namespace.qualifyingProperties),
      let properties = qualifying.elements.first,
      properties.isNamed("SignedProperties", in: Namespace.qualifyingProperties)
    else { throw .form(.object) }
    guard let name = properties.attribute("Id"), isName(name), reference.uri == "#" + name else {
      throw .form(.referenceURI)
    }
    guard !reference.transforms.contains(Algorithms.enveloped), reference.transforms.count <= 1 else {
      throw .form(.transforms)
    }
    return properties
  }

  /// A plain name: xmlsec writes it into an XPointer expression.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 256 else { return false }
    let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F }
    return isLetter(first)
      && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
  }
}

/// The children of `Signature` (section 4.2), in their order.
private struct SignatureParts {
  let signedInfo: Node
  let objects: [Node]

  init(_ signature: Node) throws(XMLRefusal) {
    var rest = signature.elements[...]
    guard let signedInfo = rest.take("SignedInfo"), let value = rest.take("SignatureValue"), value.elements.isEmpty
    else { throw .form(.signature) }
    _ = rest.take("KeyInfo")
    var objects: [Node] = []
    while let object = rest.take("Object") { objects.append(object) }
    guard rest.isEmpty else { throw .form(.signature) }
    self.signedInfo = signedInfo
    self.objects = objects
  }
}

/// `SignedInfo` (section 4.4).
private struct SignedInformation {
  let family: KeyFamily
  let references: [Reference]

  init(_ node: Node) throws(XMLRefusal) {
    var rest = node.elements[...]
    guard let canonicalization = rest.take("CanonicalizationMethod"), let method = rest.take("SignatureMethod") else {
      throw .form(.signedInfo)
    }
    _ = try canonicalization.algorithm(of: .canonicalization, among: Algorithms.canonicalization)
    let name = try method.algorithm(of: .signature, among: Set(Algorithms.signature.keys))
    guard let family = Algorithms.signature[name] else { throw .form(.signedInfo) }
    var references: [Reference] = []
    while let reference = rest.take("Reference") { references.append(try Reference(reference)) }
    guard rest.isEmpty, !references.isEmpty, references.count <= 2 else { throw .form(.reference) }
    self.family = family
    self.references = references
  }
}

/// `Reference` (section 4.4.3).
private struct Reference {
  let uri: String
  let isToSignedProperties: Bool
  let transforms: [String]

  init(_ node: Node) throws(XMLRefusal) {
    guard let uri = node.attribute("URI") else { throw .form(.referenceURI) }
    self.uri = uri
    let type = node.attribute("Type") ?? ""
    isToSignedProperties = type == "http://uri.etsi.org/01903#SignedProperties"
    let isPlain = type.isEmpty || type == Namespace.signature + "Object"
    guard isToSignedProperties || isPlain else { throw .form(.reference) }

    var rest = node.elements[...]
    var transforms: [String] = []
    if let list = rest.take("Transforms") {
      for transform in list.elements { transforms.append(try Self.transform(transform)) }
    }
    guard let digest = rest.take("DigestMethod"), let value = rest.take("DigestValue"), value.elements.isEmpty,
      rest.isEmpty
    else { throw .form(.reference) }
    _ = try digest.algorithm(of: .digest, among: Algorithms.digest)
    self.transforms = transforms
  }

  private static func transform(_ node: Node) throws(XMLRefusal) -> String {
    guard node.isNamed("Transform", in: Namespace.signature) else { throw .form(.transforms) }
    return try node.algorithm(of: .transform, among: Algorithms.canonicalization.union([Algorithms.enveloped]))
  }
}

extension Node {
  fileprivate var onlyElement: Node? { elements.count == 1 ? elements[0] : nil }

  /// The element's `Algorithm`, if it is one of those that are taken. The only parameter that any of them has is the
  /// prefix list of Exclusive XML Canonicalization (section 4), a short one: each prefix is searched at every element.
  fileprivate func algorithm(of role: AlgorithmRole, among accepted: Set<String>) throws(XMLRefusal) -> String {
    guard let name = attribute("Algorithm"), accepted.contains(name) else {
      throw .algorithm(role, Algorithms.printable(attribute("Algorithm")))
    }
    let parameters = elements
    guard parameters.isEmpty || (parameters.count == 1 && parameters[0].isPrefixList && name == Algorithms.exclusive)
    else { throw .algorithm(role, Algorithms.printable(name)) }
    return name
  }

  private var isPrefixList: Bool {
    guard isNamed("InclusiveNamespaces", in: Algorithms.exclusive), elements.isEmpty else { return false }
    let list = attribute("PrefixList") ?? ""
    return list.utf8.count <= 256 && list.split(whereSeparator: \.isWhitespace).count <= 16
  }
}

extension ArraySlice<Node> {
  /// Removes the first element if it has this name in the signature's namespace.
  fileprivate mutating func take(_ name: String) -> Node? {
    guard let first, first.isNamed(name, in: Namespace.signature) else { return nil }
    return removeFirst()
  }
}
