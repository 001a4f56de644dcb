import Testing

@testable import XMLSecKit

@Suite struct GoodSignatureTests {
  @Test func aSignedDocumentIsReadAsItWasSigned() throws {
    let root = try #require(try Verifying.verdict(try Signing.good()).root)
    #expect(root.name == "list")
    #expect(root.namespace == "urn:test")
    #expect(root.attribute("Id") == "root")
    #expect(root.children.map(\.name) == ["item"])
    #expect(root.onlyChild("item", in: "urn:test")?.text == "one")
    #expect(root.onlyChild("item", in: "urn:test")?.attribute("name") == "a")
  }

  @Test(arguments: [Name.exclusive, Name.inclusive, Name.inclusive11])
  func everyCanonicalizationOfTheListIsTaken(name: String) throws {
    var template = SignatureTemplate(canonicalization: name)
    template.references[0].transforms[1] = SignatureTemplate.transform(name)
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test func aReferenceByTheRootsOwnIdIsTaken() throws {
    let template = SignatureTemplate(references: [.init(uri: "#root")])
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test func aReferenceWithoutCanonicalizationIsCanonicalizedAnyway() throws {
    let template = SignatureTemplate(references: [.init(transforms: [SignatureTemplate.transform(Name.enveloped)])])
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test func aPrefixListOfExclusiveCanonicalizationIsTaken() throws {
    let list = "<c:InclusiveNamespaces xmlns:c=\"\(Name.exclusive)\" PrefixList=\"xs\"/>"
    var template = SignatureTemplate()
    template.references[0].transforms[1] = SignatureTemplate.transform(Name.exclusive, list)
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test(arguments: [
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512"),
  ])
  func longerHashesAreTaken(method: String, digest: String) throws {
    let template = SignatureTemplate(method: method, references: [.init(digest: digest)])
    #expect(try Verifying.verdict(try Signing.good(template)).root?.name == "list")
  }

  @Test func ellipticCurveSignaturesAreTaken() throws {
    for (key, hash) in [(try TestKeys.p256.get(), "sha256"), (try TestKeys.p384.get(), "sha384")] {
      let template = SignatureTemplate(method: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-\(hash)")
      let document = try Signing.sign(Signing.document(template.text), key)
      #expect(try Verifying.verdict(document, by: try key.signers).root?.name == "list")
    }
  }

  @Test func signedPropertiesOfXAdESAreVerifiedAndNotRead() throws {
    var template = SignatureTemplate()
    template.addSignedProperties()
    let document = try Signing.good(template)
    let root = try #require(try Verifying.verdict(document, rules: Verifying.xades).root)
    #expect(root.children.map(\.name) == ["item"])
    let changed = document.replacing("2026-01-01T00:00:00Z", with: "2027-01-01T00:00:00Z")
    #expect(try Verifying.verdict(changed, rules: Verifying.xades).refusal == .contentChanged)
    #expect(try Verifying.verdict(document).refusal == .form(.reference), "unless they are allowed")
  }

  @Test func signedPropertiesMayBeReferredToFirst() throws {
    var template = SignatureTemplate()
    template.addSignedProperties()
    template.references.reverse()
    #expect(try Verifying.verdict(try Signing.good(template), rules: Verifying.xades).root?.name == "list")
  }

  @Test func whatFollowsTheSignedPropertiesIsNotRead() throws {
    var template = SignatureTemplate()
    template.addSignedProperties()
    template.objects = template.objects.replacing(
      "</xades:SignedProperties>",
      with: "</xades:SignedProperties><xades:UnsignedProperties>x</xades:UnsignedProperties>")
    #expect(try Verifying.verdict(try Signing.good(template), rules: Verifying.xades).root?.text == "")
  }

  @Test func aCertificateAndABareKeyPinTheSame() throws {
    let key = try TestKeys.signer.get()
    let document = try Signing.good()
    let pinned = [
      try SignerKey(certificateDER: key.certificateDER), try SignerKey(publicKeyDER: key.publicDER),
      try #require(try SignerKey.pinned(inPEM: key.publicPEM).first),
    ]
    for signer in pinned { #expect(try Verifying.verdict(document, by: [signer]).root?.name == "list") }
  }

  @Test func anyOfThePinnedKeysMaySign() throws {
    let signers = try TestKeys.p256.get().signers + TestKeys.stranger.get().signers + TestKeys.signer.get().signers
    guard case .verified(let xml) = try Verifying.verdict(try Signing.good(), by: signers) else {
      Issue.record("refused")
      return
    }
    #expect(xml.signer == signers[2])
  }

  @Test func commentsCharacterDataAndInstructionsDoNotCutAValue() throws {
    let content = "<item>o<!-- a -->n<![CDATA[<e>]]><?say no?>!</item>"
    let document = try Signing.sign(
      Signing.document(SignatureTemplate().text, content: content), try TestKeys.signer.get())
    let root = try #require(try Verifying.verdict(document).root)
    #expect(root.children[0].text == "on<e>!")
    let commented = document.replacing("o<!-- a -->n", with: "<!-- x -->on<!-- y -->")
    #expect(try Verifying.verdict(commented).root == root, "a comment is not signed, and changes nothing")
  }

  @Test func anotherSignatureOfTheSameContentHasTheSameCanonicalBytes() throws {
    let key = try TestKeys.p256.get()
    let template = SignatureTemplate(method: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")
    let bytes = try (0..<2).map { _ -> [UInt8] in
      let document = try Signing.sign(Signing.document(template.text), key)
      guard case .verified(let xml) = try Verifying.verdict(document, by: try key.signers) else { return [] }
      return xml.canonicalBytes
    }
    #expect(!bytes[0].isEmpty)
    #expect(bytes[0] == bytes[1])
  }

  @Test func manyThreadsVerifyAtOnce() async throws {
    let document = Array(try Signing.good().utf8)
    let verifier = XMLSignatureVerifier(signers: try TestKeys.signer.get().signers, limits: Verifying.limits)
    let good = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { try (0..<25).count { _ in try verifier.verify(document).root != nil } }
      }
      return try await group.reduce(0, +)
    }
    #expect(good == 200)
  }
}
