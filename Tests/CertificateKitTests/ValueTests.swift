import Testing

@testable import CertificateKit

/// Small values: object identifiers, times, bits, and what a certificate says about itself.
@Suite struct ValueTests {
  @Test func objectIdentifiersAreReadAndWritten() {
    for dotted in ["1.3.76.16.2.1", "2.5.29.32.0", "0.9.2342.19200300.100.1.1", "2.999.3", "1.2.840.113549.1.1.11"] {
      #expect(OID(dotted)?.description == dotted)
    }
    #expect(OID("2.5.29.32.0")?.octets == [0x55, 0x1D, 0x20, 0x00])
    for wrong in ["", "1", "3.1", "1.40", "1.2.", ".1.2", "1..2", "1.2.x", "1.02", "-1.2", "1.2.99999999999999999999"] {
      #expect(OID(wrong) == nil, "\(wrong)")
    }
  }

  private func seconds(_ bytes: [UInt8]) throws -> Int64? {
    var reader = DERReader(bytes)
    return DERTime.seconds(try reader.next())
  }

  @Test func timesAreReadToTheSecond() throws {
    #expect(try seconds(DER.utcTime("700101000000Z")) == 0)
    #expect(try seconds(DER.utcTime("491231235959Z")) == 2_524_607_999)
    #expect(try seconds(DER.utcTime("500101000000Z")) == -631_152_000)
    #expect(try seconds(DER.generalizedTime("20500101000000Z")) == 2_524_608_000)
    #expect(try seconds(DER.generalizedTime("99991231235959Z")) == 253_402_300_799)
    #expect(try seconds(DER.generalizedTime("20000229120000Z")) == 951_825_600)
    #expect(try seconds(DER.utcTime("240229000000Z")) == 1_709_164_800)
    #expect(try seconds(DER.time(1_750_000_000)) == 1_750_000_000)
    for wrong in [
      "2402290000Z", "240229000000", "240229000000+0000", "240230000000Z", "230229000000Z", "241301000000Z",
      "240001000000Z", "240100000000Z", "240101240000Z", "240101006000Z", "240101000060Z", "24010100000 Z", "Z", "",
    ] {
      #expect(try seconds(DER.utcTime(wrong)) == nil, "\(wrong)")
    }
    for wrong in ["19000229000000Z", "20240101000000.1Z", "2024010100Z"] {
      #expect(try seconds(DER.generalizedTime(wrong)) == nil, "\(wrong)")
    }
  }

  @Test func aCertificateTellsItsFields() throws {
    var scene = try Scene()
    scene.leaf.put(.distributionPoints(Name.uri("http://crl.ente.it/1.crl"), Name.uri("ldap://crl.ente.it/x")))
    let ocsp = DER.sequence(DER.oid("1.3.6.1.5.5.7.48.1"), Name.uri("http://ocsp.ente.it"))
    let issuers = DER.sequence(DER.oid("1.3.6.1.5.5.7.48.2"), Name.uri("HTTPS://ca.ente.it/ca.cer"))
    scene.leaf.put(TestExtension("1.3.6.1.5.5.7.1.1", DER.sequence(ocsp, issuers)))
    scene.leaf.put(.purposes(TestExtension.clientAuth, critical: true))
    let leaf = try Certificate(der: scene.built().leaf)
    #expect(leaf.version == 3)
    #expect(leaf.serialNumber == [0x12, 0x67])
    #expect(leaf.notBefore == Scene.now - Scene.year && leaf.notAfter == Scene.now + Scene.year)
    #expect(leaf.crlURLs == ["http://crl.ente.it/1.crl"])
    #expect(leaf.ocspURLs == ["http://ocsp.ente.it"])
    #expect(leaf.caIssuersURLs == ["HTTPS://ca.ente.it/ca.cer"])
    #expect(leaf.keyUsage == .digitalSignature)
    #expect(leaf.extendedKeyUsage == [.clientAuth])
    #expect(leaf.policies.map(\.description) == [Scene.policy])
    #expect(leaf.criticalExtensions.map(\.description) == [TestExtension.keyUsageID, TestExtension.purposesID])
    #expect(leaf.publicKey.kind == .ec && leaf.publicKey.bits == 256 && leaf.publicKey.curve == "prime256v1")
    #expect(leaf.signatureAlgorithm == .ecdsa(.sha256))
    #expect(leaf.authorityKeyIdentifier == scene.keys.authority.identifier)
    #expect(!leaf.isCA && !leaf.isSelfIssued && !leaf.hasOCSPNoCheck)
    #expect(leaf.fingerprint.count == 32)
    #expect(leaf.subjectAttributes.map(\.type.description) == ["2.5.4.6", "2.5.4.10", "2.5.4.3"])
    #expect(leaf.subjectAttributes.last?.bytes == Array("Persona".utf8))
    #expect(leaf.subjectAttributes.map(\.stringType) == [0x13, 0x0C, 0x0C])
    #expect(leaf.subjectAttributes.map(\.relativeName) == [0, 1, 2])
  }

  @Test func namesAreEqualAsRFC5280Says() throws {
    func name(_ der: [UInt8]) throws -> DistinguishedName {
      var reader = DERReader(der)
      return try DistinguishedName(try reader.next())
    }
    let one = try name(DER.name(("2.5.4.3", DER.utf8("Mario  Rossi"))))
    #expect(one == (try name(DER.name(("2.5.4.3", DER.printable(" mario rossi "))))))
    #expect(one.hashValue == (try name(DER.name(("2.5.4.3", DER.printable(" mario rossi "))))).hashValue)
    #expect(one != (try name(DER.name(("2.5.4.3", DER.utf8("Mario Rossi2"))))))
    #expect(one != (try name(DER.name(("2.5.4.4", DER.utf8("Mario Rossi"))))))
    #expect(one != (try name(DER.name(("2.5.4.3", DER.utf8("Mario Rossi")), ("2.5.4.3", DER.utf8("Mario Rossi"))))))
  }

  @Test func signaturesOverMessagesAreVerified() throws {
    let scene = try Scene()
    let authority = try Certificate(der: scene.built().bundle[0])
    let message = Array("message".utf8)
    let signature = scene.keys.authority.sign(message, hash: TestAlgorithm.ecdsaSHA256.hash())
    #expect(authority.verifies(signature: signature, of: message, .ecdsa(.sha256)))
    #expect(!authority.verifies(signature: signature, of: message + [0], .ecdsa(.sha256)))
    #expect(!authority.verifies(signature: signature, of: message, .ecdsa(.sha384)))
    #expect(!authority.verifies(signature: signature, of: message, .rsa(.sha256)))
    #expect(!authority.verifies(signature: [], of: message, .ecdsa(.sha256)))
  }

  @Test(arguments: [TestAlgorithm.rsaSHA256, .rsaPSS, .ed25519])
  func listsAreVerifiedWithEveryAlgorithm(_ algorithm: TestAlgorithm) throws {
    var scene = try Scene()
    let key = algorithm.identifier == TestAlgorithm.ed25519.identifier ? scene.keys.ed25519 : scene.keys.rsa
    scene.authority.key = key
    scene.leaf.algorithm = algorithm
    scene.authorityList.key = key
    scene.authorityList.algorithm = algorithm
    #expect(scene.built().verdict() == .valid)
    scene.authorityList.signature = { bytes in DER.bits([bytes[0] ^ 1] + bytes.dropFirst()) }
    #expect(scene.built().verdict() == .refused(.crlSignatureInvalid))
  }
}
