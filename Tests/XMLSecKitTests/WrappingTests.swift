import Foundation
import Testing

@testable import XMLSecKit

/// Signature wrapping: the signed element is moved to where the signature still finds it, and another is put where the
/// reader looks. The eight layouts are those usually numbered XSW1 to XSW8, each with every kind of reference, with the
/// forged root under the same, another or no Id, and in the same or another namespace.
@Suite struct WrappingTests {
  enum Layout: CaseIterable {
    case originalInObject, originalBesideSignature, originalAfterForged, originalInForged, signatureTwice
    case signatureInForged, forgedInExtension, forgedInObject
  }

  struct Disguise {
    let id: String
    let namespace: String
    let prefix: String

    static let all: [Disguise] = ["Id=\"root\"", "Id=\"evil\"", "ID=\"root\"", ""].flatMap { id in
      ["urn:test", "urn:evil", ""].flatMap { namespace in
        ["", "e"].compactMap { prefix in
          namespace.isEmpty && !prefix.isEmpty ? nil : Disguise(id: id, namespace: namespace, prefix: prefix)
        }
      }
    }

    /// A root of the attacker's, under the name that a reader looks for.
    func element(_ content: String) -> String {
      let name = prefix.isEmpty ? "list" : "\(prefix):list"
      let item = prefix.isEmpty ? "item" : "\(prefix):item"
      let declaration = "xmlns\(prefix.isEmpty ? "" : ":\(prefix)")=\"\(namespace)\""
      return "<\(name) \(declaration) \(id)><\(item) name=\"a\">evil</\(item)>\(content)</\(name)>"
    }
  }

  /// A signed document, taken apart.
  struct Signed {
    let whole: String
    let signature: String
    let bare: String

    init(uri: String, signedProperties: Bool) throws {
      var template = SignatureTemplate(references: [.init(uri: uri)])
      if signedProperties { template.addSignedProperties() }
      let document = try Signing.good(template)
      whole = String(document[try #require(document.range(of: "<list")).lowerBound...])
      let start = try #require(whole.range(of: "<ds:Signature ")).lowerBound
      let end = try #require(whole.range(of: "</ds:Signature>")).upperBound
      signature = String(whole[start..<end])
      bare = whole.replacing(signature, with: "")
    }

    /// The signature with something more in an Object of its own.
    func signature(holding content: String) -> String {
      signature.replacing("</ds:Signature>", with: "<ds:Object>\(content)</ds:Object></ds:Signature>")
    }
  }

  static func wrapped(_ signed: Signed, _ layout: Layout, _ evil: Disguise) -> String {
    switch layout {
    case .originalInObject: evil.element(signed.signature(holding: signed.bare))
    case .originalBesideSignature: evil.element(signed.bare + signed.signature)
    case .originalAfterForged: evil.element(signed.whole)
    case .originalInForged: "<outer>" + evil.element("") + signed.whole + "</outer>"
    case .signatureTwice: evil.element(signed.signature + signed.whole)
    case .signatureInForged:
      evil.element(signed.signature.replacing("</ds:SignedInfo>", with: "</ds:SignedInfo>" + signed.bare))
    case .forgedInExtension:
      "<list xmlns=\"urn:test\"><Extensions>" + evil.element("") + "</Extensions>" + signed.whole + "</list>"
    case .forgedInObject:
      signed.bare.replacing("</list>", with: signed.signature(holding: evil.element("")) + "</list>")
    }
  }

  @Test(arguments: Layout.allCases, [("", false), ("#root", false), ("", true), ("#root", true)])
  func aWrappedDocumentIsRefused(layout: Layout, reference: (uri: String, signedProperties: Bool)) throws {
    let signed = try Signed(uri: reference.uri, signedProperties: reference.signedProperties)
    for rules in [SignatureRules(allowsSignedProperties: reference.signedProperties), SignatureRules(identifier: "ID")]
    {
      for disguise in Disguise.all {
        let document = Self.wrapped(signed, layout, disguise)
        let verdict = try Verifying.verdict(document, rules: rules)
        #expect(verdict.root == nil, "\(document)")
      }
    }
    let rules = SignatureRules(allowsSignedProperties: reference.signedProperties)
    #expect(try Verifying.verdict(signed.whole, rules: rules).root?.children[0].text == "one", "the signed one is good")
  }

  @Test func aSignatureThatIsNoChildOfTheRootIsRefused() throws {
    let document = try Signing.sign(
      Signing.document("", content: "<item>\(SignatureTemplate().text)</item>"), try TestKeys.signer.get())
    #expect(try Verifying.verdict(document).refusal == .misplacedSignature)
  }

  @Test func twoSignaturesAreRefused() throws {
    let signed = try Signed(uri: "", signedProperties: false)
    let document = signed.bare.replacing("</list>", with: signed.signature + signed.signature + "</list>")
    #expect(try Verifying.verdict(document).refusal == .duplicateIdentifier)
    let renamed = signed.signature.replacing("Id=\"sig\"", with: "Id=\"gis\"")
    let second = signed.bare.replacing("</list>", with: renamed + signed.signature + "</list>")
    #expect(try Verifying.verdict(second).refusal == .severalSignatures)
  }

  @Test(arguments: ["Id=\"root\"", "ID=\"root\"", "id=\"root\"", "xml:id=\"root\"", "x:Id=\"root\" xmlns:x=\"urn:x\""])
  func theSameIdTwiceIsRefused(attribute: String) throws {
    let template = SignatureTemplate(references: [.init(uri: "#root")])
    let document = try Signing.good(template).replacing("<item ", with: "<item \(attribute) ")
    #expect(try Verifying.verdict(document).refusal == .duplicateIdentifier)
  }

  @Test func anElementOfTheSameNameInAnotherNamespaceIsNoSignature() throws {
    let document = try Signing.good().replacing("http://www.w3.org/2000/09/xmldsig#\" Id", with: "urn:x\" Id")
    #expect(try Verifying.verdict(document).refusal == .unsigned)
  }

  @Test func whatAByteFlipLeavesVerifiedSaysTheSame() throws {
    var template = SignatureTemplate(keyInfo: "<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>")
    template.addSignedProperties()
    let original = Array(try Signing.good(template).utf8)
    let root = try #require(try Verifying.verdict(original, rules: Verifying.xades).root)
    for index in original.indices {
      var changed = original
      changed[index] ^= index.isMultiple(of: 2) ? 0x01 : 0x20
      guard let read = try Verifying.verdict(changed, rules: Verifying.xades).root else { continue }
      #expect(read == root, "byte \(index)")
    }
  }

  @Test func whatIsCutOffIsRefused() throws {
    let document = Array(try Signing.good().utf8)
    for count in stride(from: 0, to: document.count - 8, by: 7) {
      #expect(try Verifying.verdict(Array(document.prefix(count))).root == nil)
    }
    #expect(try Verifying.verdict(document + document).refusal != nil)
    #expect(try Verifying.verdict(document + Array("<x/>".utf8)).refusal != nil)
  }
}
