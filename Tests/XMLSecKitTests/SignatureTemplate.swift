import Foundation

/// The algorithms' names, as templates write them.
enum Name {
  static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
  static let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
  static let inclusive11 = "http://www.w3.org/2006/12/xml-c14n11"
  static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
  static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
  static let rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
  static let signedProperties = "http://uri.etsi.org/01903#SignedProperties"
}

/// A signature before it is made, as `xmlsec1 --sign` completes it.
struct SignatureTemplate {
  struct Reference {
    var uri: String? = ""
    var type: String?
    var transforms = [transform(Name.enveloped), transform(Name.exclusive)]
    var digest = Name.sha256

    var text: String {
      let uri = uri.map { " URI=\"\($0)\"" } ?? ""
      let type = type.map { " Type=\"\($0)\"" } ?? ""
      let list = transforms.isEmpty ? "" : "<ds:Transforms>\(transforms.joined())</ds:Transforms>"
      return """
        <ds:Reference\(uri)\(type)>\(list)<ds:DigestMethod Algorithm="\(digest)"/><ds:DigestValue/></ds:Reference>
        """
    }
  }

  var canonicalization = Name.exclusive
  var method = Name.rsaSHA256
  var methodContent = ""
  var references = [Reference()]
  var keyInfo = ""
  var objects = ""

  static func transform(_ name: String, _ content: String = "") -> String {
    "<ds:Transform Algorithm=\"\(name)\">\(content)</ds:Transform>"
  }

  /// XAdES' signed properties, and the reference to them.
  mutating func addSignedProperties(id: String = "xades", uri: String? = nil, digest: String = Name.sha256) {
    objects = """
      <ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#sig">\
      <xades:SignedProperties Id="\(id)"><xades:SignedSignatureProperties>\
      <xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime></xades:SignedSignatureProperties>\
      </xades:SignedProperties></xades:QualifyingProperties></ds:Object>
      """
    references.append(
      Reference(
        uri: uri ?? "#\(id)", type: Name.signedProperties, transforms: [Self.transform(Name.exclusive)], digest: digest)
    )
  }

  var text: String {
    """
    <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="sig"><ds:SignedInfo>\
    <ds:CanonicalizationMethod Algorithm="\(canonicalization)"/>\
    <ds:SignatureMethod Algorithm="\(method)">\(methodContent)</ds:SignatureMethod>\
    \(references.map(\.text).joined())</ds:SignedInfo><ds:SignatureValue/>\(keyInfo)\(objects)</ds:Signature>
    """
  }
}

/// Signs documents with the `xmlsec1` program: another user of the library than the code under test.
enum Signing {
  /// A document with a place for its signature.
  static func document(
    _ signature: String, content: String = "<item name=\"a\">one</item>", id: String = "Id=\"root\""
  ) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<list xmlns=\"urn:test\" \(id)>\(content)\(signature)</list>"
  }

  static func sign(_ document: String, _ key: TestKey, arguments: [String] = []) throws -> String {
    try sign(document, keyArguments: ["--privkey-pem", "\(key.privatePath),\(key.privatePath).crt"] + arguments)
  }

  static func sign(_ document: String, keyArguments: [String]) throws -> String {
    let input = TestKeys.folder.appendingPathComponent("\(UUID().uuidString).xml")
    let output = TestKeys.folder.appendingPathComponent("\(UUID().uuidString).xml")
    try document.write(to: input, atomically: false, encoding: .utf8)
    try run(
      "xmlsec1",
      ["--sign"] + keyArguments + [
        "--id-attr:Id", "urn:test:list", "--id-attr:Id", "urn:test:item",
        "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
        "--output", output.path, input.path,
      ])
    return try String(contentsOf: output, encoding: .utf8)
  }

  /// A good document, signed.
  static func good(_ template: SignatureTemplate = SignatureTemplate()) throws -> String {
    try sign(document(template.text), try TestKeys.signer.get())
  }
}
