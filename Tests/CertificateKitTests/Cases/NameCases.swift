@testable import CertificateKit

/// Names against name constraints, in every form.
enum NameCases {
  static let all = hosts + mailboxes + others + directories

  private static func permitted(_ bases: [UInt8]...) -> TestExtension { .nameConstraints(permitted: bases) }
  private static func excluded(_ bases: [UInt8]...) -> TestExtension { .nameConstraints(excluded: bases) }

  /// A leaf with one name below an authority with constraints.
  private static func name(
    _ title: String, _ expected: Verdict, _ name: [UInt8], under constraints: TestExtension
  ) -> AdversarialCase {
    AdversarialCase(title, expected) { scene in
      scene.leaf.put(.alternativeNames(name))
      scene.authority.put(constraints)
    }
  }

  static let hosts: [AdversarialCase] = [
    name("host in the permitted domain", .valid, Name.dns("a.ente.it"), under: permitted(Name.dns("ente.it"))),
    name("the permitted domain itself", .valid, Name.dns("ente.it"), under: permitted(Name.dns("ente.it"))),
    name(
      "host of other letters in the permitted domain", .valid, Name.dns("A.ENTE.it"),
      under: permitted(Name.dns("ente.it"))),
    name(
      "host beside the permitted domain", .refused(.nameNotPermitted), Name.dns("altro.it"),
      under: permitted(Name.dns("ente.it"))),
    name(
      "host that ends like the permitted domain", .refused(.nameNotPermitted), Name.dns("falsoente.it"),
      under: permitted(Name.dns("ente.it"))),
    name(
      "host in the excluded domain", .refused(.nameExcluded), Name.dns("a.ente.it"),
      under: excluded(Name.dns("ente.it"))),
    name("host beside the excluded domain", .valid, Name.dns("altro.it"), under: excluded(Name.dns("ente.it"))),
    name(
      "wildcard over an excluded host", .refused(.nameExcluded), Name.dns("*.ente.it"),
      under: excluded(Name.dns("segreto.ente.it"))),
    name(
      "wildcard beside an excluded host", .valid, Name.dns("*.altro.it"), under: excluded(Name.dns("segreto.ente.it"))),
    name("wildcard in the permitted domain", .valid, Name.dns("*.ente.it"), under: permitted(Name.dns("ente.it"))),
    name(
      "wildcard wider than the permitted domain", .refused(.nameNotPermitted), Name.dns("*.ente.it"),
      under: permitted(Name.dns("a.ente.it"))),
    name("every host excluded", .refused(.nameExcluded), Name.dns("a.it"), under: excluded(Name.dns(""))),
    name("every host permitted", .valid, Name.dns("a.it"), under: permitted(Name.dns(""))),
    name(
      "constraint with a leading point", .refused(.nameConstraintMalformed), Name.dns("a.ente.it"),
      under: permitted(Name.dns(".ente.it"))),
    name(
      "constraint with a NUL", .refused(.nameConstraintMalformed), Name.dns("a.ente.it"),
      under: permitted(Name.dns("ente.it\0"))),
    name(
      "constraint that is a wildcard", .refused(.nameConstraintMalformed), Name.dns("a.ente.it"),
      under: permitted(Name.dns("*.ente.it"))),
    name(
      "constraints that are not critical", .refused(.nameNotPermitted), Name.dns("altro.it"),
      under: .nameConstraints(permitted: [Name.dns("ente.it")], critical: false)),
    AdversarialCase("common name like a host under constraints", .refused(.nameNotPermitted)) { scene in
      scene.leaf.subject = DER.name("www.altro.it")
      scene.authority.put(permitted(Name.dns("ente.it")))
    },
    AdversarialCase("constraints of the anchor", .refused(.nameNotPermitted)) { scene in
      scene.leaf.put(.alternativeNames(Name.dns("altro.it")))
      scene.root.put(permitted(Name.dns("ente.it")))
    },
    AdversarialCase("constraints further down cannot widen", .refused(.nameNotPermitted)) { scene in
      scene.leaf.put(.alternativeNames(Name.dns("altro.it")))
      scene.root.put(permitted(Name.dns("ente.it")))
      scene.authority.put(permitted(Name.dns("altro.it")))
    },
    AdversarialCase("name of an authority in between", .refused(.nameNotPermitted)) { scene in
      scene.authority.put(.alternativeNames(Name.dns("altro.it")))
      scene.root.put(permitted(Name.dns("ente.it")))
    },
    AdversarialCase("other form than the constrained one", .valid) { scene in
      scene.leaf.put(.alternativeNames(Name.mail("a@altro.it")))
      scene.authority.put(permitted(Name.dns("ente.it")))
    },
    AdversarialCase("too many names under too many constraints", .refused(.budgetExhausted)) { scene in
      let names = (0..<300).map { Name.dns("h\($0).ente.it") }
      scene.leaf.put(TestExtension(TestExtension.alternativeNameID, DER.sequence(of: names)))
      let bases = (0..<300).map { Name.dns("d\($0).altro.it") }
      scene.authority.put(.nameConstraints(excluded: bases))
    },
  ]

  static let mailboxes: [AdversarialCase] = [
    name("mailbox at the permitted host", .valid, Name.mail("a@ente.it"), under: permitted(Name.mail("ente.it"))),
    name(
      "mailbox below the permitted host", .refused(.nameNotPermitted), Name.mail("a@sub.ente.it"),
      under: permitted(Name.mail("ente.it"))),
    name(
      "mailbox in the permitted domain", .valid, Name.mail("a@sub.ente.it"), under: permitted(Name.mail(".ente.it"))),
    name(
      "mailbox at the permitted domain itself", .refused(.nameNotPermitted), Name.mail("a@ente.it"),
      under: permitted(Name.mail(".ente.it"))),
    name("the permitted mailbox", .valid, Name.mail("a@ENTE.it"), under: permitted(Name.mail("a@ente.it"))),
    name(
      "another mailbox than the permitted one", .refused(.nameNotPermitted), Name.mail("A@ente.it"),
      under: permitted(Name.mail("a@ente.it"))),
    name("excluded mailbox", .refused(.nameExcluded), Name.mail("a@ente.it"), under: excluded(Name.mail("ente.it"))),
    AdversarialCase("address in the subject against the constraints", .refused(.nameNotPermitted)) { scene in
      scene.leaf.subject = DER.name(("2.5.4.3", DER.utf8("A")), ("1.2.840.113549.1.9.1", DER.ia5("a@altro.it")))
      scene.authority.put(permitted(Name.mail("ente.it")))
    },
    AdversarialCase("address in the subject of another string type", .refused(.nameNotProcessed)) { scene in
      scene.leaf.subject = DER.name(("2.5.4.3", DER.utf8("A")), ("1.2.840.113549.1.9.1", DER.utf8("a@ente.it")))
      scene.authority.put(permitted(Name.mail("ente.it")))
    },
    name(
      "constraint of two ats", .refused(.nameConstraintMalformed), Name.mail("a@ente.it"),
      under: permitted(Name.mail("a@b@ente.it"))),
  ]

  static let others: [AdversarialCase] = [
    name(
      "URI at the permitted host", .valid, Name.uri("https://ente.it:8443/x"), under: permitted(Name.uri("ente.it"))),
    name(
      "URI below the permitted domain", .valid, Name.uri("https://a.ente.it/"), under: permitted(Name.uri(".ente.it"))),
    name(
      "URI at another host", .refused(.nameNotPermitted), Name.uri("https://altro.it/"),
      under: permitted(Name.uri("ente.it"))),
    name(
      "URI whose user looks like the permitted host", .refused(.nameNotPermitted),
      Name.uri("https://ente.it:x@altro.it/"), under: permitted(Name.uri("ente.it"))),
    name(
      "URI whose user hides the excluded host", .refused(.nameExcluded), Name.uri("https://altro.it:x@ente.it/"),
      under: excluded(Name.uri("ente.it"))),
    name("URI without a host", .refused(.nameNotProcessed), Name.uri("urn:a:b"), under: permitted(Name.uri("ente.it"))),
    name(
      "URI of an address", .refused(.nameNotProcessed), Name.uri("https://10.0.0.1/"),
      under: excluded(Name.uri("ente.it"))),
    name(
      "URI with the path at once", .refused(.nameNotPermitted), Name.uri("https://altro.it?.ente.it/"),
      under: permitted(Name.uri(".ente.it"))),
    name(
      "address in the permitted net", .valid, Name.address(10, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0, 255, 0, 0, 0))),
    name(
      "address beside the permitted net", .refused(.nameNotPermitted), Name.address(11, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0, 255, 0, 0, 0))),
    name(
      "address in the excluded net", .refused(.nameExcluded), Name.address(10, 1, 2, 3),
      under: excluded(Name.address(10, 0, 0, 0, 255, 0, 0, 0))),
    name(
      "address of the other family", .refused(.nameNotPermitted), DER.primitive(7, [UInt8](repeating: 1, count: 16)),
      under: permitted(Name.address(10, 0, 0, 0, 255, 0, 0, 0))),
    name(
      "mask with holes", .refused(.nameConstraintMalformed), Name.address(10, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0, 255, 0, 255, 0))),
    name(
      "mask with a hole in an octet", .refused(.nameConstraintMalformed), Name.address(10, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0, 253, 0, 0, 0))),
    name(
      "mask of nine bits", .valid, Name.address(10, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0, 255, 128, 0, 0))),
    name(
      "net of a wrong length", .refused(.nameConstraintMalformed), Name.address(10, 1, 2, 3),
      under: permitted(Name.address(10, 0, 0, 0))),
    name(
      "other name under constraints on other names", .refused(.nameNotProcessed), Name.other("1.2.3.4", DER.utf8("a")),
      under: permitted(Name.other("1.2.3.4", DER.utf8("a")))),
    name(
      "other name of another kind than the excluded one", .refused(.nameNotProcessed),
      Name.other("1.2.3.4", DER.utf8("a")), under: excluded(Name.other("1.2.3.5", DER.utf8("a")))),
    name(
      "registered name under constraints on registered names", .refused(.nameNotProcessed), Name.registered("1.2.3.4"),
      under: excluded(Name.registered("1.2.3.5"))),
    name(
      "constraints on registered names without any", .valid, Name.dns("a.it"),
      under: excluded(Name.registered("1.2.3.5"))),
    AdversarialCase("subtree with a minimum", .refused(.extensionMalformed)) { scene in
      let subtree = DER.sequence(Name.dns("ente.it"), DER.primitive(0, [1]))
      scene.authority.put(TestExtension("2.5.29.30", critical: true, DER.sequence(DER.constructed(0, subtree))))
    },
    AdversarialCase("subtree with a maximum", .refused(.extensionMalformed)) { scene in
      let subtree = DER.sequence(Name.dns("ente.it"), DER.primitive(1, [1]))
      scene.authority.put(TestExtension("2.5.29.30", critical: true, DER.sequence(DER.constructed(0, subtree))))
    },
  ]

  private static let place = DER.name(("2.5.4.6", DER.printable("IT")), ("2.5.4.10", DER.utf8("Ente di prova")))
  private static let elsewhere = DER.name(("2.5.4.6", DER.printable("FR")))

  static let directories: [AdversarialCase] = [
    AdversarialCase("subject in the permitted subtree", .valid) {
      $0.authority.put(permitted(Name.directory(place)))
    },
    AdversarialCase("subject in the permitted subtree of other letters", .valid) {
      let same = DER.name(("2.5.4.6", DER.printable("it")), ("2.5.4.10", DER.printable("ENTE  DI PROVA")))
      $0.authority.put(permitted(Name.directory(same)))
    },
    AdversarialCase("subject outside of the permitted subtree", .refused(.nameNotPermitted)) {
      $0.authority.put(permitted(Name.directory(elsewhere)))
    },
    AdversarialCase("subject in the excluded subtree", .refused(.nameExcluded)) {
      $0.authority.put(excluded(Name.directory(place)))
    },
    AdversarialCase("alternative directory name outside", .refused(.nameNotPermitted)) {
      $0.leaf.put(.alternativeNames(Name.directory(elsewhere)))
      $0.authority.put(permitted(Name.directory(place)))
    },
    AdversarialCase("self-issued authority outside of the subtree", .valid) { scene in
      let name = elsewhere
      scene.authority.subject = name
      scene.leaf.issuer = name
      scene.authorityList.issuer = name
      PlaceCases.addSelfIssued(&scene)
      scene.authority.put(permitted(Name.directory(place)))
    },
  ]
}
