import Testing

@testable import XMLSecKit

@Suite struct HostileDocumentTests {
  private func refusal(_ text: String, limits: XMLLimits = Verifying.limits) throws -> XMLRefusal? {
    try Verifying.verdict(text, limits: limits).refusal
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test func nothingAndBlanksAreRefused() throws {
    #expect(try refusal("") == .empty)
    #expect(try refusal(" \n") != nil)
    #expect(try refusal("list") != nil)
  }

  @Test func whatIsLongerThanTheLimitIsRefused() throws {
    let document = try Signing.good()
    let count = document.utf8.count
    #expect(try refusal(document, limits: XMLLimits(bytes: count)) == nil)
    #expect(try refusal(document, limits: XMLLimits(bytes: count - 1)) == .tooLarge(bytes: count, limit: count - 1))
  }

  @Test(arguments: [
    "<!DOCTYPE list>",
    "<!DOCTYPE list SYSTEM \"http://127.0.0.1:9/x.dtd\">",
    "<!DOCTYPE list [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
    "<!DOCTYPE list [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
    "<!DOCTYPE list [<!ENTITY % p SYSTEM \"file:///etc/hostname\">%p;]>",
    "<!DOCTYPE list [<!ATTLIST item Id ID #IMPLIED name CDATA \"b\">]>",
  ])
  func aDocumentTypeIsRefused(declaration: String) throws {
    let document = try Signing.good()
    #expect(try refusal(document.replacing("\n<list", with: "\n\(declaration)<list")) == .documentType)
    #expect(try refusal(document.replacing("\n<list", with: "\n<!-- x -->\(declaration)<list")) == .documentType)
  }

  @Test func scanAndParserEachStopAtADocumentType() {
    let cut = Array("<!DOCTYPE list [<!ENTITY x \"one".utf8)
    #expect(throws: XMLRefusal.documentType) {
      var scan = MarkupScan(cut, limits: Verifying.limits)
      try scan.run()
    }
    #expect(throws: XMLRefusal.documentType, "before what is in it") { try ParsedDocument(unscanned: cut) }
    let document = "<!DOCTYPE list [<!ENTITY x \"one\">]><list>&x;</list>"
    #expect(throws: XMLRefusal.documentType) { try ParsedDocument(unscanned: Array(document.utf8)) }
    #expect(throws: Never.self) { try ParsedDocument(unscanned: Array("<list>&amp;</list>".utf8)) }
  }

  @Test func theParserRefusesAPrefixWithoutADeclaration() {
    #expect(throws: XMLRefusal.malformed(line: 2)) { try ParsedDocument(unscanned: Array("<a>\n<x:b/></a>".utf8)) }
    #expect(throws: XMLRefusal.malformed(line: 1)) { try ParsedDocument(unscanned: Array("<a x:b=\"\"/>".utf8)) }
  }

  @Test func anUndeclaredEntityIsRefused() throws {
    #expect(try refusal(Signing.good().replacing(">one<", with: ">&one;<")) == .malformed(line: 2))
  }

  @Test func nothingIsIncluded() throws {
    let include =
      "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/hostname\" parse=\"text\"/>"
    let document = try Signing.sign(
      Signing.document(SignatureTemplate().text, content: include), try TestKeys.signer.get())
    let root = try #require(try Verifying.verdict(document).root)
    #expect(root.text == "")
    #expect(root.children.map(\.name) == ["include"])
  }

  @Test func onlyUTF8IsRead() throws {
    let document = try Signing.good()
    let wide = document.replacing("UTF-8", with: "UTF-16").utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try Verifying.verdict([0xFF, 0xFE] + wide).refusal == .encoding)
    #expect(try Verifying.verdict(wide).refusal == .encoding)
    for label in ["UTF-16", "ISO-8859-1", "UTF-7", "IBM037", "UTF-32"] {
      #expect(try refusal(document.replacing("UTF-8", with: label)) == .encoding)
    }
    #expect(try Verifying.verdict(Array(document.replacing("one", with: "o\u{0}e").utf8)).refusal == .encoding)
    let latin = Array(document.utf8).map { $0 == UInt8(ascii: "o") ? 0xE9 : $0 }
    #expect(try Verifying.verdict(latin).refusal != nil)
    #expect(
      try Verifying.verdict([0xEF, 0xBB, 0xBF] + Array(document.utf8)).root?.name == "list", "a BOM may be there")
    #expect(try Verifying.verdict(document.replacing("UTF-8", with: "utf-8")).root?.name == "list")
  }

  @Test func deepNestingIsRefused() throws {
    let deep = repeated("<a>", 100_000) + repeated("</a>", 100_000)
    #expect(try refusal(deep, limits: XMLLimits(bytes: 1 << 20)) == .tooDeep(limit: 64))
    #expect(try refusal(repeated("<a>", 100_000)) == .tooDeep(limit: 64))
    let limits = XMLLimits(bytes: 1 << 20, depth: 3)
    #expect(try refusal("<a><b><c/></b></a>", limits: limits) == .unsigned)
    #expect(try refusal("<a><b><c><d/></c></b></a>", limits: limits) == .tooDeep(limit: 3))
    #expect(
      try refusal(repeated("<a>", 200) + repeated("</a>", 200), limits: XMLLimits(bytes: 1 << 20, depth: 900))
        == .unsigned)
  }

  @Test func tooManyNodesAreRefused() throws {
    let limits = XMLLimits(bytes: 4 << 20, nodes: 1000)
    for node in ["<b/>", "<b></b>", "<!---->", "<?x?>", "<![CDATA[]]>"] {
      #expect(try refusal("<a>" + repeated(node, 999) + "</a>", limits: limits) == .unsigned)
      #expect(try refusal("<a>" + repeated(node, 1000) + "</a>", limits: limits) == .tooManyNodes(limit: 1000))
    }
    #expect(try refusal("<a>" + repeated("<b c=\"\"/>", 499) + "</a>", limits: limits) == .unsigned)
    #expect(try refusal("<a>" + repeated("<b c=\"\"/>", 500) + "</a>", limits: limits) == .tooManyNodes(limit: 1000))
  }

  @Test func tooManyAttributesAndNamespacesAreRefused() throws {
    let limits = XMLLimits(bytes: 4 << 20)
    let attributes = (0..<100_000).map { " a\($0)=\"\"" }.joined()
    #expect(try refusal("<a\(attributes)/>", limits: limits) == .tooManyAttributes(limit: 64))
    let declarations = (0..<40).map { "\nxmlns:n\($0)=\"urn:x\"" }.joined()
    #expect(try refusal("<a\(declarations)/>", limits: limits) == .unsigned)
    #expect(try refusal("<a\(declarations)><b\(declarations)/></a>", limits: limits) == .tooManyNamespaces(limit: 64))
    #expect(try refusal("<a>" + repeated("<b\(declarations)></b>", 20) + "</a>", limits: limits) == .unsigned)
  }

  @Test func namespacesTimesElementsHaveALimit() throws {
    let declarations = (0..<60).map { " xmlns:n\($0)=\"urn:x\"" }.joined()
    #expect(try refusal("<a\(declarations)>" + repeated("<b/>", 20_000) + "</a>") == .unsigned)
    #expect(try refusal("<a\(declarations)>" + repeated("<b/>", 30_000) + "</a>") == .tooCostly)
    #expect(try refusal("<a xmlns=\"urn:x\">" + repeated("<b/>", 30_000) + "</a>") == .unsigned)
  }

  @Test func aCanonicalFormThatGrowsIsRefused() throws {
    let name = repeated("n", 100_000)
    let document = "<a xmlns:x=\"urn:\(name)\">" + repeated("<x:b/>", 10_000) + "</a>"
    #expect(try refusal(document) == .tooCostly)
  }

  @Test func markupThatIsNotClosedIsRefused() throws {
    for text in [
      "<a", "<a b=\"", "<!-- ", "<a><![CDATA[", "<?xml ", "<a><?x ", "</", "<a><b></a>", "<!x>", "<a <b>", "<",
    ] {
      #expect(try refusal(text) != nil)
      #expect(try refusal("<a>\(text)") != nil)
    }
  }

  @Test func aGreaterThanSignInAValueEndsNothing() throws {
    let content = "<item name=\"a>b\" other='\">'>one</item><!-- <a> --><![CDATA[<b>]]>"
    let document = try Signing.sign(
      Signing.document(SignatureTemplate().text, content: content), try TestKeys.signer.get())
    let limits = XMLLimits(bytes: 1 << 20, depth: 8)
    let root = try #require(try Verifying.verdict(document, limits: limits).root)
    #expect(root.children[0].attribute("name") == "a>b")
    #expect(root.children[0].attribute("other") == "\">")
    #expect(root.text == "<b>")
  }

  @Test func aDocumentOfTwelveMegabytesIsRead() throws {
    let content = repeated("<item name=\"a\">\(repeated("x", 1000))</item>", 12_000)
    let document = try Signing.sign(
      Signing.document(SignatureTemplate().text, content: content), try TestKeys.signer.get())
    let root = try #require(try Verifying.verdict(document, limits: XMLLimits(bytes: 32 << 20)).root)
    #expect(root.children.count == 12_000)
  }
}
