@testable import CertificateKit

/// Certificates at the wrong time, for the wrong purpose, or in the wrong place.
enum PlaceCases {
  static let all = times + purposes + places

  static let times: [AdversarialCase] = [
    AdversarialCase("leaf in its first second", .valid) { $0.leaf.setValidity(Scene.now, Scene.now + 9) },
    AdversarialCase("leaf in its last second", .valid) { $0.leaf.setValidity(Scene.now - 9, Scene.now) },
    AdversarialCase("leaf valid for this second alone", .valid) { $0.leaf.setValidity(Scene.now, Scene.now) },
    AdversarialCase("leaf a second too early", .refused(.notYetValid)) {
      $0.leaf.setValidity(Scene.now + 1, Scene.now + 9)
    },
    AdversarialCase("leaf a second too late", .refused(.expired)) { $0.leaf.setValidity(Scene.now - 9, Scene.now - 1) },
    AdversarialCase("leaf whose end is before its beginning", .refused(.notYetValid)) {
      $0.leaf.setValidity(Scene.now + 9, Scene.now - 9)
    },
    AdversarialCase("authority in its last second", .valid) { $0.authority.setValidity(Scene.now - 9, Scene.now) },
    AdversarialCase("authority a second too early", .refused(.notYetValid)) {
      $0.authority.setValidity(Scene.now + 1, Scene.now + 9)
    },
    AdversarialCase("authority a second too late", .refused(.expired)) {
      $0.authority.setValidity(Scene.now - 9, Scene.now - 1)
    },
    AdversarialCase("anchor in its last second", .valid) { $0.root.setValidity(Scene.now - 9, Scene.now) },
    AdversarialCase("anchor a second too late", .refused(.expired)) {
      $0.root.setValidity(Scene.now - 9, Scene.now - 1)
    },
    AdversarialCase("anchor a second too early", .refused(.notYetValid)) {
      $0.root.setValidity(Scene.now + 1, Scene.now + 9)
    },
    AdversarialCase("expired in the last century", .refused(.expired)) {
      $0.leaf.validity = DER.sequence(DER.utcTime("500101000000Z"), DER.utcTime("991231235959Z"))
    },
  ]

  static let purposes: [AdversarialCase] = [
    AdversarialCase("leaf for servers", .refused(.clientExtendedKeyUsage)) {
      $0.leaf.put(.purposes(TestExtension.serverAuth))
    },
    AdversarialCase("leaf for servers, when every purpose will do", .valid) {
      $0.leaf.put(.purposes(TestExtension.serverAuth))
      $0.ask = { $0.purpose = .any }
    },
    AdversarialCase("leaf for servers and clients", .valid) {
      $0.leaf.put(.purposes(TestExtension.serverAuth, TestExtension.clientAuth))
    },
    AdversarialCase("leaf for any purpose, but not by name", .refused(.clientExtendedKeyUsage)) {
      $0.leaf.put(.purposes(TestExtension.anyPurpose))
    },
    AdversarialCase("leaf for any purpose and by name", .valid) {
      $0.leaf.put(.purposes(TestExtension.anyPurpose, TestExtension.clientAuth))
    },
    AdversarialCase("leaf without purposes", .valid) { $0.leaf.remove(TestExtension.purposesID) },
    AdversarialCase("critical purposes", .valid) {
      $0.leaf.put(.purposes(TestExtension.clientAuth, critical: true))
    },
    AdversarialCase("authority for servers", .refused(.issuerExtendedKeyUsage)) {
      $0.authority.put(.purposes(TestExtension.serverAuth))
    },
    AdversarialCase("anchor for servers", .refused(.issuerExtendedKeyUsage)) {
      $0.root.put(.purposes(TestExtension.serverAuth))
    },
    AdversarialCase("authority for any purpose", .valid) { $0.authority.put(.purposes(TestExtension.anyPurpose)) },
    AdversarialCase("key that encrypts only", .refused(.clientKeyUsage)) { $0.leaf.put(.keyUsage(2, 3)) },
    AdversarialCase("key for signatures of documents", .refused(.clientKeyUsage)) { $0.leaf.put(.keyUsage(1)) },
    AdversarialCase("key for key agreement", .valid) { $0.leaf.put(.keyUsage(4)) },
  ]

  static let places: [AdversarialCase] = [
    AdversarialCase("anchor as the leaf", .refused(.leafIsAnchor)) { scene in
      let same = scene.root.issue(by: scene.root.key)
      scene.root.whole = { _ in same }
      scene.leaf.whole = { _ in same }
      scene.ask = { $0.purpose = .any }
      scene.hasAuthorityList = false
    },
    AdversarialCase("leaf among the anchors", .refused(.leafIsAnchor)) { scene in
      let same = scene.leaf.issue(by: scene.authority.key)
      scene.leaf.whole = { _ in same }
      scene.moreAnchors = [same]
    },
    AdversarialCase("anchor whose key signed the leaf itself", .valid) { scene in
      scene.leaf.issuer = scene.root.subject
      scene.leafSigner = scene.root.key
      scene.hasAuthority = false
      scene.hasAuthorityList = false
    },
    AdversarialCase("authority that is an anchor", .valid) { scene in
      scene.hasRoot = false
      scene.hasAuthority = false
      scene.hasRootList = false
      scene.moreAnchors = [scene.authority.issue(by: scene.root.key)]
    },
    AdversarialCase("leaf that issued another leaf", .refused(.basicConstraintsMissing)) { scene in
      let holder = scene.leaf.issue(by: scene.authority.key)
      scene.bundle = [holder]
      scene.leaf.issuer = scene.leaf.subject
      scene.leaf.subject = DER.name("Complice")
      scene.leafSigner = scene.leaf.key
      scene.leaf.key = scene.keys.stranger
      scene.checksRevocation = false
    },
    AdversarialCase("authority whose key usage forbids issuing", .refused(.notACA)) { $0.authority.put(.keyUsage(6)) },
    AdversarialCase("anchor whose key usage forbids issuing", .refused(.notACA)) { $0.root.put(.keyUsage(6)) },
    AdversarialCase("path length of 0 above an authority", .refused(.pathLengthExceeded)) {
      $0.root.put(.basicConstraints(isCA: true, pathLength: 0))
    },
    AdversarialCase("path length of 1 above an authority", .valid) {
      $0.root.put(.basicConstraints(isCA: true, pathLength: 1))
    },
    AdversarialCase("path length of 0 in the authority", .valid) {
      $0.authority.put(.basicConstraints(isCA: true, pathLength: 0))
    },
    AdversarialCase("path length of 0 above a self-issued authority", .valid) { scene in
      scene.root.put(.basicConstraints(isCA: true, pathLength: 1))
      addSelfIssued(&scene)
    },
    AdversarialCase("as many intermediates as allowed", .valid) { $0.ask = { $0.maximumIntermediates = 1 } },
    AdversarialCase("more intermediates than allowed", .refused(.pathTooLong)) {
      $0.ask = { $0.maximumIntermediates = 0 }
    },
    AdversarialCase("key identifier of another key", .refused(.keyIdentifierMismatch)) { scene in
      let identifier = scene.keys.stranger.identifier
      scene.leaf.put(TestExtension(TestExtension.authorityKeyID, DER.sequence(DER.primitive(0, identifier))))
    },
    AdversarialCase("issuer and serial number of another certificate", .refused(.keyIdentifierMismatch)) { scene in
      let issuer = Name.directory(DER.name("Radice"))
      scene.leaf.put(keyIdentifier(issuer: issuer, serialNumber: [0x01]))
    },
    AdversarialCase("issuer and serial number of the right certificate", .valid) { scene in
      let issuer = Name.directory(DER.name("Radice"))
      scene.leaf.put(keyIdentifier(issuer: issuer, serialNumber: [0x04, 0xD2]))
    },
    AdversarialCase("proxy certificate", .refused(.extensionUnknownCritical)) {
      let policy = DER.sequence(DER.oid("1.3.6.1.5.5.7.21.1"))
      $0.leaf.extensions.append(TestExtension("1.3.6.1.5.5.7.1.14", critical: true, DER.sequence(policy)))
    },
    AdversarialCase("proxy certificate that says so quietly", .refused(.proxyCertificate)) {
      let policy = DER.sequence(DER.oid("1.3.6.1.5.5.7.21.1"))
      $0.leaf.extensions.append(TestExtension("1.3.6.1.5.5.7.1.14", DER.sequence(policy)))
    },
  ]

  /// Puts a new key between the authority and the leaf, certified by the old one under the same name.
  static func addSelfIssued(_ scene: inout Scene) {
    let name = scene.authority.subject
    let rolled = Scene.authority(named: name, by: name, scene.keys.second)
    scene.bundle.append(rolled.issue(by: scene.authority.key))
    scene.leafSigner = scene.keys.second
  }

  private static func keyIdentifier(issuer: [UInt8], serialNumber: [UInt8]) -> TestExtension {
    TestExtension(TestExtension.authorityKeyID) { _, key in
      DER.sequence(
        DER.primitive(0, key.identifier), DER.constructed(1, issuer), DER.primitive(2, serialNumber))
    }
  }
}
