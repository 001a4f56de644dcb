import Foundation
import Testing

@testable import XMLSecKit

@Suite struct ForgedSignatureTests {
  private static let transform = SignatureTemplate.transform

  private func refusal(_ template: SignatureTemplate, rules: SignatureRules = Verifying.xades) throws -> XMLRefusal? {
    try Verifying.verdict(try Signing.good(template), rules: rules).refusal
  }

  @Test func anUnsignedDocumentIsRefused() throws {
    #expect(try Verifying.verdict(Signing.document("")).refusal == .unsigned)
  }

  @Test func anEmptySignatureIsRefused() throws {
    #expect(try Verifying.verdict(Signing.document(SignatureTemplate().text)).root == nil)
    let empty = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>"
    #expect(try Verifying.verdict(Signing.document(empty)).refusal == .form(.signature))
  }

  @Test func anotherSignerIsRefused() throws {
    let document = try Signing.sign(Signing.document(SignatureTemplate().text), try TestKeys.stranger.get())
    #expect(try Verifying.verdict(document).refusal == .otherSigner)
    #expect(try Verifying.verdict(document, by: []).refusal == .otherSigner)
    #expect(try Verifying.verdict(document, by: try TestKeys.p256.get().signers).refusal == .otherSigner)
  }

  @Test(arguments: ["<ds:X509Data/>", "<ds:KeyValue/>"])
  func aKeyWithinTheDocumentIsIgnored(content: String) throws {
    let template = SignatureTemplate(keyInfo: "<ds:KeyInfo>\(content)</ds:KeyInfo>")
    let forged = try Signing.sign(Signing.document(template.text), try TestKeys.stranger.get())
    #expect(forged.contains("<ds:X509Certificate>") || forged.contains("Modulus>"), "the key is there")
    #expect(try Verifying.verdict(forged).refusal == .otherSigner)
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test func nothingIsFetchedForAKey() throws {
    let template = SignatureTemplate(keyInfo: "<ds:KeyInfo/>")
    let fetch = "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:9/key\"/></ds:KeyInfo>"
    let document = try Signing.good(template).replacing("<ds:KeyInfo/>", with: fetch)
    #expect(document.contains("RetrievalMethod"))
    #expect(try Verifying.verdict(document).root?.name == "list")
  }

  @Test func changedContentIsRefused() throws {
    let document = try Signing.good()
    #expect(try Verifying.verdict(document.replacing(">one<", with: ">two<")).refusal == .contentChanged)
    #expect(try Verifying.verdict(document.replacing("name=\"a\"", with: "name=\"b\"")).refusal == .contentChanged)
    #expect(try Verifying.verdict(document.replacing("</item>", with: "</item> ")).refusal == .contentChanged)
    #expect(try Verifying.verdict(document.replacing("urn:test", with: "urn:tes")).refusal == .contentChanged)
  }

  @Test func aChangedDigestIsNotSigned() throws {
    let one = try Signing.good()
    let other = try Signing.sign(
      Signing.document(SignatureTemplate().text, content: "<item name=\"a\">two</item>"), try TestKeys.signer.get())
    let mixed = one.replacing(">one<", with: ">two<").replacing(digest(of: one), with: digest(of: other))
    #expect(try Verifying.verdict(mixed).refusal == .otherSigner)
  }

  private func digest(of document: String) -> String {
    String(document.split(separator: "<ds:DigestValue>")[1].prefix { $0 != "<" })
  }

  @Test func shaOneAndMD5AreRefused() throws {
    let name = "http://www.w3.org/2000/09/xmldsig#"
    #expect(
      try refusal(SignatureTemplate(references: [.init(digest: name + "sha1")])) == .algorithm(.digest, name + "sha1"))
    #expect(try refusal(SignatureTemplate(method: name + "rsa-sha1")) == .algorithm(.signature, name + "rsa-sha1"))
    var template = SignatureTemplate()
    template.addSignedProperties(digest: name + "sha1")
    #expect(try refusal(template) == .algorithm(.digest, name + "sha1"))
    let md5 = try Signing.good().replacing("xmlenc#sha256", with: "xmldsig-more#md5")
    #expect(try Verifying.verdict(md5).refusal?.isAlgorithm == true)
  }

  @Test func aKeyedHashWithThePublicKeyIsRefused() throws {
    let key = try TestKeys.signer.get()
    let secrets = [Data(key.certificateDER), Data(key.publicDER), Data(key.certificatePEM.utf8)]
    for hash in ["2001/04/xmldsig-more#hmac-sha256", "2000/09/xmldsig#hmac-sha1"] {
      for secret in secrets {
        let path = TestKeys.folder.appendingPathComponent("\(UUID().uuidString).hmac")
        try secret.write(to: path)
        let name = "http://www.w3.org/\(hash)"
        let document = try Signing.sign(
          Signing.document(SignatureTemplate(method: name).text), keyArguments: ["--hmackey", path.path])
        #expect(try Verifying.verdict(document).refusal == .algorithm(.signature, name))
      }
    }
  }

  @Test func methodsHaveNoParameters() throws {
    let length = "<ds:HMACOutputLength>8</ds:HMACOutputLength>"
    let document = Signing.document(SignatureTemplate(methodContent: length).text)
    #expect(try Verifying.verdict(document).refusal == .algorithm(.signature, Name.rsaSHA256))
    let digest = try Signing.good().replacing("xmlenc#sha256\"/>", with: "xmlenc#sha256\"><x/></ds:DigestMethod>")
    #expect(try Verifying.verdict(digest).refusal == .algorithm(.digest, Name.sha256))
  }

  @Test func valuesHoldTextOnly() throws {
    let document = try Signing.good()
    let signature = document.replacing("</ds:SignatureValue>", with: "<x/></ds:SignatureValue>")
    #expect(try Verifying.verdict(signature).refusal == .form(.signature))
    let digest = document.replacing("</ds:DigestValue>", with: "<x/></ds:DigestValue>")
    #expect(try Verifying.verdict(digest).refusal == .form(.reference))
  }

  @Test func aReferenceToAnotherElementIsRefused() throws {
    let content = "<item Id=\"other\">one</item>"
    let template = SignatureTemplate(references: [.init(uri: "#other")])
    let document = try Signing.sign(Signing.document(template.text, content: content), try TestKeys.signer.get())
    #expect(try Verifying.verdict(document).refusal == .form(.referenceURI))
  }

  @Test(arguments: [
    "#", "#xpointer(/)", "#xpointer(id('root'))", "file:///etc/hostname", "http://127.0.0.1:9/x", "other.xml", "#ROOT",
  ])
  func aReferenceElsewhereIsRefused(uri: String) throws {
    let document = try Signing.good().replacing("URI=\"\"", with: "URI=\"\(uri)\"")
    #expect(try Verifying.verdict(document).refusal == .form(.referenceURI))
  }

  @Test func aReferenceWithoutURIIsRefused() throws {
    let document = try Signing.good().replacing(" URI=\"\"", with: "")
    #expect(try Verifying.verdict(document).refusal == .form(.referenceURI))
  }

  @Test func anIdentifierThatIsNoNameIsRefused() throws {
    let id = "x')|//*|id('"
    let template = SignatureTemplate(references: [.init(uri: "#\(id)")])
    let document = Signing.document(template.text, id: "Id=\"\(id)\"")
    #expect(try Verifying.verdict(document).refusal == .form(.referenceURI))
  }

  @Test func noReferenceAndMoreThanOneAreRefused() throws {
    #expect(try refusal(SignatureTemplate(references: [.init(), .init(uri: "#root")])) == .form(.reference))
    #expect(try refusal(SignatureTemplate(references: [.init(), .init()])) == .form(.reference))
    let none = try Signing.good()
    let start = try #require(none.range(of: "<ds:Reference")).lowerBound
    let end = try #require(none.range(of: "</ds:Reference>")).upperBound
    #expect(try Verifying.verdict(none.replacingCharacters(in: start..<end, with: "")).refusal == .form(.reference))
  }

  @Test func signedPropertiesAloneSignNothing() throws {
    var template = SignatureTemplate()
    template.addSignedProperties()
    template.references.removeFirst()
    #expect(try refusal(template) == .form(.reference))
  }

  @Test func aReferenceToSignedPropertiesMeansTheSignaturesOwn() throws {
    var template = SignatureTemplate()
    template.addSignedProperties(uri: "#root")
    #expect(try refusal(template) == .form(.referenceURI))
    var empty = SignatureTemplate()
    empty.addSignedProperties(uri: "")
    #expect(try Verifying.verdict(Signing.document(empty.text), rules: Verifying.xades).refusal == .form(.referenceURI))
    let elsewhere = "<x:SignedProperties xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\" Id=\"q\"/>"
    var outside = SignatureTemplate()
    outside.addSignedProperties(uri: "#q")
    let document = try Signing.sign(Signing.document(outside.text, content: elsewhere), try TestKeys.signer.get())
    #expect(try Verifying.verdict(document, rules: Verifying.xades).refusal == .form(.referenceURI))
  }

  @Test func anObjectThatNobodyRefersToIsRefused() throws {
    #expect(try refusal(SignatureTemplate(objects: "<ds:Object><x/></ds:Object>")) == .form(.object))
    var template = SignatureTemplate()
    template.addSignedProperties()
    template.objects += "<ds:Object/>"
    #expect(try refusal(template) == .form(.object))
  }

  @Test func aManifestIsRefused() throws {
    let manifest = "<ds:Object><ds:Manifest Id=\"m\">\(SignatureTemplate.Reference().text)</ds:Manifest></ds:Object>"
    let type = "http://www.w3.org/2000/09/xmldsig#Manifest"
    let template = SignatureTemplate(references: [.init(uri: "#m", type: type)], objects: manifest)
    #expect(try Verifying.verdict(Signing.document(template.text)).refusal == .form(.reference))
  }

  @Test(arguments: [
    transform(
      "http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>"),
    transform(
      "http://www.w3.org/2002/06/xmldsig-filter2",
      """
      <p:XPath xmlns:p="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">//*[local-name()='item']</p:XPath>
      """),
    transform(
      "http://www.w3.org/TR/1999/REC-xslt-19991116",
      """
      <xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><a/>\
      </xsl:template></xsl:stylesheet>
      """),
    transform("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", ""),
  ])
  func everyOtherTransformIsRefused(transform: String) throws {
    let template = SignatureTemplate(
      references: [.init(transforms: [SignatureTemplate.transform(Name.enveloped), transform])])
    let refusal = try refusal(template)
    guard case .algorithm(.transform, _) = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
  }

  @Test func theOrderOfTransformsIsGiven() throws {
    let (enveloped, exclusive) = (Self.transform(Name.enveloped, ""), Self.transform(Name.exclusive, ""))
    for transforms in [
      [exclusive, enveloped], [exclusive], [], [enveloped, enveloped], [enveloped, exclusive, exclusive],
    ] {
      let document = Signing.document(SignatureTemplate(references: [.init(transforms: transforms)]).text)
      #expect(try Verifying.verdict(document).refusal == .form(.transforms))
    }
  }

  @Test func aTransformHasNoParametersOfItsOwn() throws {
    let transform = Self.transform(Name.enveloped, "<ds:XPath>self::node()</ds:XPath>")
    let document = Signing.document(SignatureTemplate(references: [.init(transforms: [transform])]).text)
    #expect(try Verifying.verdict(document).refusal == .algorithm(.transform, Name.enveloped))
  }

  @Test func aPrefixListIsShort() throws {
    for (count, isTaken) in [(16, true), (17, false), (10_000, false)] {
      let prefixes = (0..<count).map { "p\($0)" }.joined(separator: " ")
      let list = "<c:InclusiveNamespaces xmlns:c=\"\(Name.exclusive)\" PrefixList=\"\(prefixes)\"/>"
      let transforms = [Self.transform(Name.enveloped, ""), Self.transform(Name.exclusive, list)]
      let document = Signing.document(SignatureTemplate(references: [.init(transforms: transforms)]).text)
      let refusal = try Verifying.verdict(document).refusal
      #expect((refusal != .algorithm(.transform, Name.exclusive)) == isTaken)
    }
    let twice = repeatElement("<c:InclusiveNamespaces xmlns:c=\"\(Name.exclusive)\" PrefixList=\"a\"/>", count: 2)
      .joined()
    let document = Signing.document(
      SignatureTemplate(references: [.init(transforms: [Self.transform(Name.exclusive, twice)])]).text)
    #expect(try Verifying.verdict(document).refusal == .algorithm(.transform, Name.exclusive))
  }

  @Test func aStrangeAlgorithmNameIsNotPrinted() throws {
    let document = try Signing.good().replacing(Name.rsaSHA256, with: "\u{1B}[31m" + String(repeating: "x", count: 500))
    #expect(try Verifying.verdict(document).root == nil)
    let long = try Signing.good().replacing(Name.rsaSHA256, with: String(repeating: "x", count: 500))
    #expect(try Verifying.verdict(long).refusal == .algorithm(.signature, "(?)"))
  }
}

extension XMLRefusal {
  fileprivate var isAlgorithm: Bool {
    if case .algorithm = self { true } else { false }
  }
}
