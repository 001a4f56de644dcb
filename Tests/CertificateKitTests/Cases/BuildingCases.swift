@testable import CertificateKit

/// Bundles in which the first candidate is the wrong one: the path must be found all the same, or not at all.
enum BuildingCases {
  static let all: [AdversarialCase] = [
    AdversarialCase("no authority at hand", .refused(.noPath)) { $0.hasAuthority = false },
    AdversarialCase("no anchor at hand", .refused(.noPath)) { $0.hasRoot = false },
    AdversarialCase("bundle in the wrong order", .valid) { scene in
      scene.bundle = [scene.leaf.issue(by: scene.authority.key), scene.root.issue(by: scene.root.key)]
    },
    AdversarialCase("authority twice in the bundle", .valid) { scene in
      scene.bundle = [scene.authority.issue(by: scene.root.key), scene.authority.issue(by: scene.root.key)]
    },
    AdversarialCase("stranger of the authority's name first", .valid) { scene in
      var stranger = scene.authority
      stranger.key = scene.keys.stranger
      scene.bundle = [stranger.issue(by: scene.keys.stranger)]
    },
    AdversarialCase("stranger of the authority's name and key identifier first", .valid) { scene in
      var stranger = scene.authority
      stranger.key = scene.keys.stranger
      let identifier = scene.keys.authority.identifier
      stranger.put(TestExtension(TestExtension.subjectKeyID, DER.octets(identifier)))
      scene.bundle = [stranger.issue(by: scene.keys.root)]
    },
    AdversarialCase("expired certificate of the authority first", .valid) { scene in
      var expired = scene.authority
      expired.setValidity(Scene.now - Scene.year, Scene.now - 1)
      scene.bundle = [expired.issue(by: scene.root.key)]
    },
    AdversarialCase("certificate of the authority that is none first", .valid) { scene in
      var bad = scene.authority
      bad.put(.basicConstraints(isCA: false))
      bad.put(.keyUsage(0))
      scene.bundle = [bad.issue(by: scene.root.key)]
    },
    AdversarialCase("certificate of the authority with constraints first", .valid) { scene in
      var narrow = scene.authority
      narrow.put(.nameConstraints(permitted: [Name.directory(DER.name(("2.5.4.6", DER.printable("FR"))))]))
      scene.bundle = [narrow.issue(by: scene.root.key)]
    },
    AdversarialCase("only the certificate with constraints", .refused(.nameNotPermitted)) { scene in
      var narrow = scene.authority
      narrow.put(.nameConstraints(permitted: [Name.directory(DER.name(("2.5.4.6", DER.printable("FR"))))]))
      scene.bundle = [narrow.issue(by: scene.root.key)]
      scene.hasAuthority = false
    },
    AdversarialCase("certificate of the authority with a short path first", .valid) { scene in
      PlaceCases.addSelfIssued(&scene)
      var cross = scene.authority
      cross.put(.policies(Scene.otherPolicy))
      scene.bundle.insert(cross.issue(by: scene.root.key), at: 0)
      scene.ask = {
        $0.policies = PolicyInputs(initialPolicies: [OID(Scene.policy)].compactMap(\.self), requireExplicitPolicy: true)
      }
    },
    AdversarialCase("revoked certificate of the authority first", .valid) { scene in
      var revoked = scene.authority
      revoked.serialNumber = DER.integer(99)
      scene.bundle = [revoked.issue(by: scene.root.key)]
    },
    AdversarialCase("two authorities that certify each other", .refused(.noPath)) { scene in
      let name = DER.name("CA Specchio")
      var mirror = Scene.authority(named: name, by: scene.authority.subject, scene.keys.second)
      mirror.serialNumber = DER.integer(77)
      let back = Scene.authority(named: scene.authority.subject, by: name, scene.keys.authority)
      scene.bundle = [mirror.issue(by: scene.keys.authority), back.issue(by: scene.keys.second)]
      scene.hasAuthority = false
    },
    AdversarialCase("two authorities that certify each other beside the way out", .valid) { scene in
      let name = DER.name("CA Specchio")
      let mirror = Scene.authority(named: name, by: scene.authority.subject, scene.keys.second)
      let back = Scene.authority(named: scene.authority.subject, by: name, scene.keys.authority)
      scene.bundle = [mirror.issue(by: scene.keys.authority), back.issue(by: scene.keys.second)]
    },
    AdversarialCase("anchor of the right name with another key", .refused(.keyIdentifierMismatch)) { scene in
      scene.root.key = scene.keys.stranger
      scene.authoritySigner = scene.keys.root
      scene.rootList.key = scene.keys.root
    },
    AdversarialCase("anchor of the right name with another key beside the right one", .valid) { scene in
      var other = scene.root
      other.key = scene.keys.stranger
      scene.moreAnchors = [other.issue(by: scene.keys.stranger)]
    },
    AdversarialCase("self-signed certificate of the anchor's name in the bundle", .refused(.noPath)) { scene in
      scene.bundle = [scene.root.issue(by: scene.root.key)]
      scene.hasRoot = false
      scene.moreAnchors = [Scene.authority(named: DER.name("Altra"), by: DER.name("Altra"), scene.keys.second)]
        .map { $0.issue(by: scene.keys.second) }
    },
    AdversarialCase("issuer's name in other letters and another string type", .valid) { scene in
      scene.leaf.issuer = DER.name(
        ("2.5.4.6", DER.printable("IT")), ("2.5.4.10", DER.printable("ENTE DI  prova ")),
        ("2.5.4.3", DER.printable("ca cittadini")))
    },
    AdversarialCase("issuer's name with one letter else", .refused(.noPath)) {
      $0.leaf.issuer = DER.name("CA Cittadinj")
    },
    AdversarialCase("issuer's names in another order", .refused(.noPath)) {
      $0.leaf.issuer = DER.name(
        ("2.5.4.10", DER.utf8("Ente di prova")), ("2.5.4.6", DER.printable("IT")), ("2.5.4.3", DER.utf8("CA Cittadini"))
      )
    },
    AdversarialCase("authority that rolled its key over", .valid) { PlaceCases.addSelfIssued(&$0) },
  ]
}
