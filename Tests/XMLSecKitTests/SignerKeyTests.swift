import Testing

@testable import XMLSecKit

@Suite struct SignerKeyTests {
  @Test func aWeakKeyCannotBePinned() throws {
    let small = try TestKeys.small.get()
    #expect(throws: SignerKeyError.weak(bits: 1024)) { try SignerKey.pinned(inPEM: small.certificatePEM) }
    #expect(throws: SignerKeyError.weak(bits: 1024)) { try SignerKey.pinned(inPEM: small.publicPEM) }
    let p224 = try TestKeys.p224.get()
    #expect(throws: SignerKeyError.weak(bits: 224)) { try SignerKey.pinned(inPEM: p224.certificatePEM) }
  }

  @Test func anEdwardsKeyCannotBePinned() throws {
    let key = try TestKeys.edwards.get()
    #expect(throws: SignerKeyError.self) { try SignerKey.pinned(inPEM: key.certificatePEM) }
  }

  @Test func aPrivateKeyCannotBePinned() throws {
    let key = try TestKeys.signer.get()
    let text = try run("openssl", ["pkey", "-in", key.privatePath])
    #expect(throws: SignerKeyError.notPublic) { try SignerKey.pinned(inPEM: text) }
    #expect(throws: SignerKeyError.notPublic) { try SignerKey.pinned(inPEM: key.certificatePEM + text) }
    let der = try #require(PEMBlock.parse(text)?.first?.der)
    #expect(throws: SignerKeyError.notPublic) { try SignerKey(publicKeyDER: der) }
  }

  @Test func whatIsNoKeyCannotBePinned() throws {
    #expect(throws: SignerKeyError.notPEM) { try SignerKey.pinned(inPEM: "") }
    #expect(throws: SignerKeyError.notPEM) { try SignerKey.pinned(inPEM: "-----BEGIN CERTIFICATE-----\nAAAA\n") }
    #expect(throws: SignerKeyError.unreadable) { try SignerKey(certificateDER: []) }
    #expect(throws: SignerKeyError.unreadable) { try SignerKey(certificateDER: [0x30, 0x03, 0x30, 0x01, 0x00]) }
    #expect(throws: SignerKeyError.unreadable) { try SignerKey(publicKeyDER: [UInt8](repeating: 0xFF, count: 4096)) }
  }

  @Test func onlySoManyKeysCanBePinned() throws {
    let pem = try TestKeys.signer.get().publicPEM
    #expect(try SignerKey.pinned(inPEM: String(repeating: pem, count: 8)).count == 8)
    #expect(throws: SignerKeyError.tooMany(limit: 8)) {
      try SignerKey.pinned(inPEM: String(repeating: pem, count: 9))
    }
  }

  @Test func aPEMBlockReadsBackAsItWasWritten() {
    let block = PEMBlock(label: "CERTIFICATE", der: (0..<200).map { UInt8($0) })
    #expect(PEMBlock.parse("a comment\n" + block.text + block.text) == [block, block])
    #expect(PEMBlock.parse(block.text.replacing("END CERT", with: "END CART")) == nil)
    #expect(PEMBlock.parse(block.text.replacing("AAEC", with: "A!EC")) == nil)
  }
}
