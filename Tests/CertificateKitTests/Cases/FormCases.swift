@testable import CertificateKit

/// One broken rule of RFC 5280 section 4 each, with twins that nearly break it.
enum FormCases {
  static let all = fields + names + extensions + constraints

  static let fields: [AdversarialCase] = [
    AdversarialCase("as it should be", .valid) { _ in },
    AdversarialCase("leaf of version 1 without extensions", .refused(.versionNotThree)) {
      $0.leaf.version = []
      $0.leaf.extensions = []
    },
    AdversarialCase("leaf of version 2", .refused(.versionNotThree)) {
      $0.leaf.version = DER.constructed(0, DER.integer(1))
    },
    AdversarialCase("leaf of version 4", .refused(.versionNotThree)) {
      $0.leaf.version = DER.constructed(0, DER.integer(3))
    },
    AdversarialCase("authority of version 1", .refused(.versionNotThree)) {
      $0.authority.version = []
      $0.authority.extensions = []
    },
    AdversarialCase("version 1 written out", .refused(.encodedDefault)) {
      $0.leaf.version = DER.constructed(0, DER.integer(0))
    },
    AdversarialCase("anchor of version 1", .valid) {
      $0.root.version = []
      $0.root.extensions = []
    },
    AdversarialCase("anchor of version 1 with extensions", .refused(.versionNotThree)) { $0.root.version = [] },
    AdversarialCase("serial number 0", .refused(.serialNumberZero)) { $0.leaf.serialNumber = DER.integer(0) },
    AdversarialCase("serial number 0 of an authority", .refused(.serialNumberZero)) {
      $0.authority.serialNumber = DER.integer(0)
    },
    AdversarialCase("negative serial number", .valid) { $0.leaf.serialNumber = DER.integer(-5) },
    AdversarialCase("serial number of 20 octets", .valid) {
      $0.leaf.serialNumber = DER.integer(octets: [0x7F] + [UInt8](repeating: 0xAA, count: 19))
    },
    AdversarialCase("serial number of 21 octets", .refused(.serialNumberTooLong)) {
      $0.leaf.serialNumber = DER.integer(octets: [0x00] + [UInt8](repeating: 0xAA, count: 20))
    },
    AdversarialCase("inner and outer signature algorithm differ", .refused(.signatureAlgorithmMismatch)) {
      $0.leaf.innerAlgorithm = TestAlgorithm.ecdsaSHA384.identifier
    },
    AdversarialCase("unique identifiers", .valid) { $0.leaf.afterKey = DER.primitive(1, [0, 1]) },
    AdversarialCase("GeneralizedTime before 2050", .valid) {
      $0.leaf.validity = DER.sequence(
        DER.generalizedTime(Scene.now - Scene.year), DER.generalizedTime(Scene.now + Scene.year))
    },
    AdversarialCase("valid without end", .valid) {
      $0.leaf.validity = DER.sequence(DER.time(Scene.now - Scene.year), DER.generalizedTime("99991231235959Z"))
    },
    AdversarialCase("UTCTime without seconds", .unreadable(.malformed)) {
      $0.leaf.validity = DER.sequence(DER.utcTime("2401010000Z"), DER.time(Scene.now + Scene.year))
    },
    AdversarialCase("UTCTime with an offset", .unreadable(.malformed)) {
      $0.leaf.validity = DER.sequence(DER.utcTime("240101000000+0100"), DER.time(Scene.now + Scene.year))
    },
    AdversarialCase("GeneralizedTime with a fraction", .unreadable(.malformed)) {
      $0.leaf.validity = DER.sequence(DER.time(Scene.now - 10), DER.generalizedTime("20560101000000.5Z"))
    },
    AdversarialCase("a 31st of February", .unreadable(.malformed)) {
      $0.leaf.validity = DER.sequence(DER.utcTime("240231000000Z"), DER.time(Scene.now + Scene.year))
    },
    AdversarialCase("something after the extensions", .unreadable(.malformed)) { $0.leaf.afterExtensions = DER.null },
  ]

  static let names: [AdversarialCase] = [
    AdversarialCase("empty issuer", .refused(.issuerEmpty)) { scene in
      scene.leaf.issuer = DER.sequence()
      scene.authority.subject = DER.sequence()
    },
    AdversarialCase("empty subject without an alternative name", .refused(.subjectEmpty)) {
      $0.leaf.subject = DER.sequence()
    },
    AdversarialCase("empty subject with an alternative name that is not critical", .refused(.subjectEmpty)) {
      $0.leaf.subject = DER.sequence()
      $0.leaf.put(.alternativeNames(Name.mail("a@example.it")))
    },
    AdversarialCase("empty subject with a critical alternative name", .valid) {
      $0.leaf.subject = DER.sequence()
      $0.leaf.put(.alternativeNames(Name.mail("a@example.it"), critical: true))
    },
    AdversarialCase("empty subject of an authority", .refused(.subjectEmpty)) { scene in
      scene.leaf.put(.alternativeNames(Name.mail("a@example.it"), critical: true))
      scene.leaf.put(.basicConstraints(isCA: true))
      scene.leaf.put(.keyUsage(0, 5))
      scene.leaf.subject = DER.sequence()
    },
    AdversarialCase("NUL in the common name", .refused(.nameMalformed)) { $0.leaf.subject = DER.name("Mario\0Rossi") },
    AdversarialCase("bad UTF-8 in the subject", .unreadable(.unreadable)) {
      $0.leaf.subject = DER.name(("2.5.4.3", DER.element(0x0C, [0xC3, 0x28])))
    },
    AdversarialCase("PrintableString with an underscore", .refused(.nameMalformed)) {
      $0.leaf.subject = DER.name(("2.5.4.3", DER.printable("a_b")))
    },
    AdversarialCase("PrintableString with an asterisk and an ampersand", .valid) {
      $0.leaf.subject = DER.name(("2.5.4.3", DER.printable("*.a & b")))
    },
    AdversarialCase("IA5String with a high octet", .refused(.nameMalformed)) {
      $0.leaf.subject = DER.name(("1.2.840.113549.1.9.1", DER.element(0x16, [0x61, 0xE9])))
    },
    AdversarialCase("attributes of one set in the wrong order", .refused(.nameMalformed)) {
      let pair = [("2.5.4.42", "Mario"), ("2.5.4.3", "Rossi")].map { DER.sequence(DER.oid($0.0), DER.utf8($0.1)) }
      $0.leaf.subject = DER.sequence(DER.set(pair[0], pair[1]))
    },
    AdversarialCase("attributes of one set in order", .valid) {
      let pair = [("2.5.4.3", "Rossi"), ("2.5.4.42", "Mario")].map { DER.sequence(DER.oid($0.0), DER.utf8($0.1)) }
      $0.leaf.subject = DER.sequence(DER.set(pair[0], pair[1]))
    },
    AdversarialCase("empty relative distinguished name", .unreadable(.malformed)) {
      $0.leaf.subject = DER.sequence(DER.set())
    },
    AdversarialCase("dNSName with a NUL", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.dns("good.example\0.evil.example")))
    },
    AdversarialCase("dNSName with an empty label", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.dns("a..example")))
    },
    AdversarialCase("dNSName with a wildcard inside", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.dns("a.*.example")))
    },
    AdversarialCase("dNSName of a space", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.dns(" ")))
    },
    AdversarialCase("dNSName with a wildcard in front", .valid) {
      $0.leaf.put(.alternativeNames(Name.dns("*.example.it")))
    },
    AdversarialCase("rfc822Name without an at", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.mail("example.it")))
    },
    AdversarialCase("iPAddress of five octets", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.address(10, 0, 0, 1, 0)))
    },
    AdversarialCase("URI without a scheme", .refused(.alternativeNameMalformed)) {
      $0.leaf.put(.alternativeNames(Name.uri("/a/b")))
    },
    AdversarialCase("every form of alternative name", .valid) { scene in
      scene.leaf.put(
        .alternativeNames(
          Name.mail("mario.rossi@example.it"), Name.dns("mario_1.example.it"), Name.uri("https://example.it/a?b#c"),
          Name.address(10, 0, 0, 1), Name.directory(DER.name("Altro")),
          Name.other("1.3.6.1.4.1.311.20.2.3", DER.utf8("x")),
          Name.registered("1.2.3.4")))
    },
  ]

  static let extensions: [AdversarialCase] = [
    AdversarialCase("extension twice", .refused(.extensionDuplicate)) { $0.leaf.extensions.append(.keyUsage(0)) },
    AdversarialCase("unknown extension twice in the anchor", .refused(.extensionDuplicate)) { scene in
      scene.root.extensions += [TestExtension("1.2.3.4", DER.null), TestExtension("1.2.3.4", DER.null)]
    },
    AdversarialCase("unknown extension", .valid) { $0.leaf.extensions.append(TestExtension("1.2.3.4", [1, 2, 3])) },
    AdversarialCase("unknown critical extension", .refused(.extensionUnknownCritical)) {
      $0.leaf.extensions.append(TestExtension("1.2.3.4", critical: true, DER.null))
    },
    AdversarialCase("critical Netscape type, which OpenSSL takes", .refused(.extensionUnknownCritical)) {
      $0.leaf.extensions.append(TestExtension("2.16.840.1.113730.1.1", critical: true, DER.bits([0x80], unused: 7)))
    },
    AdversarialCase("unknown critical extension in the anchor", .refused(.extensionUnknownCritical)) {
      $0.root.extensions.append(TestExtension("1.2.3.4", critical: true, DER.null))
    },
    AdversarialCase("critical address blocks, which OpenSSL takes", .refused(.extensionUnknownCritical)) {
      let family = DER.sequence(DER.octets([0, 1]), DER.null)
      $0.leaf.extensions.append(TestExtension("1.3.6.1.5.5.7.1.7", critical: true, DER.sequence(family)))
    },
    AdversarialCase("critical policy with a qualifier of an unknown kind", .refused(.extensionUnknownCritical)) {
      $0.leaf.put(policy(qualifier: "1.2.3.4", critical: true))
    },
    AdversarialCase("policy with a qualifier of an unknown kind", .valid) {
      $0.leaf.put(policy(qualifier: "1.2.3.4", critical: false))
    },
    AdversarialCase("critical policy with an address", .valid) {
      $0.leaf.put(policy(qualifier: "1.3.6.1.5.5.7.2.1", critical: true))
    },
    AdversarialCase("critical FALSE written out", .refused(.encodedDefault)) { scene in
      scene.leaf.change(TestExtension.policiesID) { $0.critical = DER.boolean(false) }
    },
    AdversarialCase("cA FALSE written out", .refused(.encodedDefault)) {
      $0.leaf.put(TestExtension(TestExtension.basicConstraintsID, DER.sequence(DER.boolean(false))))
    },
    AdversarialCase("TRUE that is 1", .unreadable(.notDER)) { scene in
      scene.leaf.change(TestExtension.keyUsageID) { $0.critical = [0x01, 0x01, 0x01] }
    },
    AdversarialCase("empty list of extensions", .unreadable(.malformed)) {
      $0.leaf.extensions = []
      $0.leaf.afterKey = DER.constructed(3, DER.sequence())
    },
    AdversarialCase("critical authority key identifier", .refused(.extensionCriticality)) { scene in
      scene.leaf.change(TestExtension.authorityKeyID) { $0.critical = DER.boolean(true) }
    },
    AdversarialCase("critical subject key identifier", .refused(.extensionCriticality)) { scene in
      scene.leaf.change(TestExtension.subjectKeyID) { $0.critical = DER.boolean(true) }
    },
    AdversarialCase("critical authority information access", .refused(.extensionCriticality)) {
      let ocsp = DER.sequence(DER.oid("1.3.6.1.5.5.7.48.1"), Name.uri("http://ocsp.example.it"))
      $0.leaf.put(TestExtension("1.3.6.1.5.5.7.1.1", critical: true, DER.sequence(ocsp)))
    },
    AdversarialCase("authority's basic constraints that are not critical", .refused(.basicConstraintsNotCritical)) {
      $0.authority.put(.basicConstraints(isCA: true, critical: false))
    },
    AdversarialCase("anchor's basic constraints that are not critical", .refused(.basicConstraintsNotCritical)) {
      $0.root.put(.basicConstraints(isCA: true, critical: false))
    },
    AdversarialCase("inhibitAnyPolicy that is not critical", .refused(.extensionCriticality)) {
      $0.authority.put(TestExtension("2.5.29.54", DER.integer(3)))
    },
    AdversarialCase("no authority key identifier", .refused(.authorityKeyIdentifierMissing)) {
      $0.leaf.remove(TestExtension.authorityKeyID)
    },
    AdversarialCase("authority key identifier without the key", .refused(.authorityKeyIdentifierMissing)) {
      $0.leaf.put(TestExtension(TestExtension.authorityKeyID, DER.sequence()))
    },
    AdversarialCase("no subject key identifier of an authority", .refused(.subjectKeyIdentifierMissing)) {
      $0.authority.remove(TestExtension.subjectKeyID)
    },
    AdversarialCase("no subject key identifier of a leaf", .valid) { $0.leaf.remove(TestExtension.subjectKeyID) },
    AdversarialCase("anchor without an authority key identifier", .valid) { scene in
      scene.root.remove(TestExtension.authorityKeyID)
    },
    AdversarialCase("anchor of version 3 without a subject key identifier", .refused(.subjectKeyIdentifierMissing)) {
      $0.root.remove(TestExtension.subjectKeyID)
    },
  ]

  private static func policy(qualifier: String, critical: Bool) -> TestExtension {
    let qualifiers = DER.sequence(DER.sequence(DER.oid(qualifier), DER.ia5("http://ente.it/cps")))
    return TestExtension(
      TestExtension.policiesID, critical: critical, DER.sequence(DER.sequence(DER.oid(Scene.policy), qualifiers)))
  }

  static let constraints: [AdversarialCase] = [
    AdversarialCase("authority without basic constraints", .refused(.basicConstraintsMissing)) {
      $0.authority.remove(TestExtension.basicConstraintsID)
      $0.authority.put(.keyUsage(0, 6))
    },
    AdversarialCase("authority that is none", .refused(.basicConstraintsMissing)) {
      $0.authority.put(.basicConstraints(isCA: false))
      $0.authority.put(.keyUsage(0, 6))
    },
    AdversarialCase("anchor of version 3 without basic constraints", .refused(.basicConstraintsMissing)) {
      $0.root.remove(TestExtension.basicConstraintsID)
      $0.root.remove(TestExtension.keyUsageID)
    },
    AdversarialCase("anchor whose key usage alone says so", .refused(.basicConstraintsMissing)) {
      $0.root.remove(TestExtension.basicConstraintsID)
    },
    AdversarialCase("anchor without a key usage", .valid) { $0.root.remove(TestExtension.keyUsageID) },
    AdversarialCase("path length in a leaf", .refused(.basicConstraintsInconsistent)) {
      $0.leaf.put(TestExtension(TestExtension.basicConstraintsID, critical: true, DER.sequence(DER.integer(0))))
    },
    AdversarialCase("path length without keyCertSign", .refused(.basicConstraintsInconsistent)) {
      $0.leaf.put(.basicConstraints(isCA: true, pathLength: 0))
    },
    AdversarialCase("authority as the leaf", .valid) {
      $0.leaf.put(.basicConstraints(isCA: true, pathLength: 0))
      $0.leaf.put(.keyUsage(0, 5))
    },
    AdversarialCase("negative path length", .refused(.extensionMalformed)) {
      $0.authority.put(.basicConstraints(isCA: true, pathLength: -1))
    },
    AdversarialCase("authority without a key usage", .refused(.keyUsageMissing)) {
      $0.authority.remove(TestExtension.keyUsageID)
    },
    AdversarialCase("authority as the leaf without a key usage", .refused(.keyUsageMissing)) {
      $0.leaf.put(.basicConstraints(isCA: true))
      $0.leaf.remove(TestExtension.keyUsageID)
    },
    AdversarialCase("leaf without a key usage", .valid) { $0.leaf.remove(TestExtension.keyUsageID) },
    AdversarialCase("leaf that may sign certificates", .refused(.keyUsageInconsistent)) {
      $0.leaf.put(.keyUsage(0, 5))
    },
    AdversarialCase("key usage without any", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension(TestExtension.keyUsageID, critical: true, DER.bits([])))
    },
    AdversarialCase("key usage with zeros at its end", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension(TestExtension.keyUsageID, critical: true, DER.bits([0x80, 0x00], unused: 7)))
    },
    AdversarialCase("key usage with a bit that has no name", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension(TestExtension.keyUsageID, critical: true, DER.bits([0x80, 0x40], unused: 6)))
    },
    AdversarialCase("key usage with all its bits", .valid) {
      $0.leaf.put(.basicConstraints(isCA: true))
      $0.leaf.put(.keyUsage(0, 1, 2, 3, 4, 5, 6, 7, 8))
    },
    AdversarialCase("key usage in an INTEGER", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension(TestExtension.keyUsageID, critical: true, DER.integer(5)))
    },
    AdversarialCase("extended key usage without any", .refused(.extensionMalformed)) { $0.leaf.put(.purposes()) },
    AdversarialCase("alternative names without any", .refused(.extensionMalformed)) {
      $0.leaf.put(.alternativeNames())
    },
    AdversarialCase("policy twice", .refused(.extensionMalformed)) {
      $0.leaf.put(.policies(Scene.policy, Scene.policy))
    },
    AdversarialCase("policy constraints without any", .refused(.extensionMalformed)) {
      $0.authority.put(.policyConstraints())
    },
    AdversarialCase("mapping to anyPolicy", .refused(.extensionMalformed)) {
      $0.authority.put(.policyMappings((Scene.policy, "2.5.29.32.0")))
    },
    AdversarialCase("issuer without a serial number in a key identifier", .refused(.extensionMalformed)) {
      $0.leaf.put(
        TestExtension(TestExtension.authorityKeyID) { _, issuer in
          DER.sequence(
            DER.primitive(0, issuer.identifier), DER.constructed(1, Name.directory(DER.name("Radice"))))
        })
    },
    AdversarialCase("distribution point of reasons alone", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension("2.5.29.31", DER.sequence(DER.sequence(TestExtension.namedBits([1], tag: 0x81)))))
    },
    AdversarialCase("something after an extension's value", .refused(.extensionMalformed)) {
      $0.leaf.put(TestExtension(TestExtension.policiesID, DER.sequence(DER.sequence(DER.oid(Scene.policy))) + DER.null))
    },
    AdversarialCase("name constraints of a leaf", .refused(.nameConstraintsNotInCA)) {
      $0.leaf.put(.nameConstraints(permitted: [Name.dns("example.it")]))
    },
    AdversarialCase("name constraints without any", .refused(.extensionMalformed)) {
      $0.authority.put(.nameConstraints())
    },
  ]
}
