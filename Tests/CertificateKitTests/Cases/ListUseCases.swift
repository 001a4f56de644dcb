@testable import CertificateKit

/// Lists that are missing, stale, of others, partial or signed by the wrong key (RFC 5280 section 6.3).
enum ListUseCases {
  static let all: [AdversarialCase] = plain + scopes + signers + deltas + editions

  static let plain: [AdversarialCase] = [
    AdversarialCase("revocation is not asked about", .valid) {
      $0.authorityList.revoke(DER.integer(4711))
      $0.checksRevocation = false
    },
    AdversarialCase("no list of the leaf's issuer", .refused(.crlMissing)) { $0.hasAuthorityList = false },
    AdversarialCase("no list of the authority's issuer", .refused(.crlMissing)) { $0.hasRootList = false },
    AdversarialCase("list of another issuer", .refused(.crlMissing)) { $0.authorityList.issuer = DER.name("Altra") },
    AdversarialCase("leaf revoked", .refused(.revoked)) { $0.authorityList.revoke(DER.integer(4711)) },
    AdversarialCase("leaf revoked without a reason", .refused(.revoked)) {
      $0.authorityList.revoke(DER.integer(4711), reason: nil)
    },
    AdversarialCase("leaf on hold", .refused(.revoked)) { $0.authorityList.revoke(DER.integer(4711), reason: 6) },
    AdversarialCase("leaf removed in a complete list", .refused(.revoked)) {
      $0.authorityList.revoke(DER.integer(4711), reason: 8)
    },
    AdversarialCase("authority revoked", .refused(.revoked)) { $0.rootList.revoke(DER.integer(1234)) },
    AdversarialCase("the authority's serial number revoked by the authority", .valid) {
      $0.authorityList.revoke(DER.integer(1234))
    },
    AdversarialCase("leaf with a negative serial number revoked", .refused(.revoked)) {
      $0.leaf.serialNumber = DER.integer(-5)
      $0.authorityList.revoke(DER.integer(-5))
    },
    AdversarialCase("leaf with a serial number that differs in its sign alone", .valid) {
      $0.leaf.serialNumber = DER.integer(octets: [0x00, 0xFB])
      $0.authorityList.revoke(DER.integer(octets: [0xFB]))
    },
    AdversarialCase("list in its first second", .valid) { $0.authorityList.thisUpdate = DER.time(Scene.now) },
    AdversarialCase("list in its last second", .valid) { $0.authorityList.nextUpdate = DER.time(Scene.now) },
    AdversarialCase("list from the future", .refused(.crlNotYetValid)) {
      $0.authorityList.thisUpdate = DER.time(Scene.now + 1)
    },
    AdversarialCase("list a second too old", .refused(.crlExpired)) {
      $0.authorityList.nextUpdate = DER.time(Scene.now - 1)
    },
    AdversarialCase("root's list a second too old", .refused(.crlExpired)) {
      $0.rootList.nextUpdate = DER.time(Scene.now - 1)
    },
    AdversarialCase("leaf revoked by a list that is too old", .refused(.revoked)) {
      $0.authorityList.nextUpdate = DER.time(Scene.now - 1)
      $0.authorityList.revoke(DER.integer(4711))
    },
    AdversarialCase("nobody knows, and that is reported", .valid) {
      $0.hasAuthorityList = false
      $0.askRevocation = { $0.unknown = .reported }
    },
    AdversarialCase("leaf revoked, when not knowing is reported", .refused(.revoked)) {
      $0.authorityList.revoke(DER.integer(4711))
      $0.askRevocation = { $0.unknown = .reported }
    },
  ]

  private static let point = Name.uri("http://crl.ente.it/1.crl")
  private static let otherPoint = Name.uri("http://crl.ente.it/2.crl")

  static let scopes: [AdversarialCase] = [
    AdversarialCase("list for users about a user", .valid) { $0.authorityList.put(.scope(userCertificates: true)) },
    AdversarialCase("list for users about an authority", .refused(.crlScope)) {
      $0.rootList.put(.scope(userCertificates: true))
    },
    AdversarialCase("list for authorities about a user", .refused(.crlScope)) {
      $0.authorityList.put(.scope(authorities: true))
    },
    AdversarialCase("list for authorities about an authority", .valid) { $0.rootList.put(.scope(authorities: true)) },
    AdversarialCase("list for attribute certificates", .refused(.crlScope)) {
      $0.authorityList.put(.scope(attributes: true))
    },
    AdversarialCase("list of the leaf's point", .valid) {
      $0.leaf.put(.distributionPoints(point))
      $0.authorityList.put(.scope(name: point))
    },
    AdversarialCase("list of one of the leaf's points", .valid) {
      $0.leaf.put(.distributionPoints(otherPoint, point))
      $0.authorityList.put(.scope(name: point))
    },
    AdversarialCase("list of another point", .refused(.crlScope)) {
      $0.leaf.put(.distributionPoints(otherPoint))
      $0.authorityList.put(.scope(name: point))
    },
    AdversarialCase("list of a point that a leaf without points does not have", .refused(.crlScope)) {
      $0.authorityList.put(.scope(name: point))
    },
    AdversarialCase("complete list for a leaf with points", .valid) { $0.leaf.put(.distributionPoints(point)) },
    AdversarialCase("list of some reasons", .refused(.crlReasonsIncomplete)) {
      $0.authorityList.put(.scope(reasons: [1, 2]))
    },
    AdversarialCase("lists that share the reasons", .valid) { scene in
      scene.authorityList.put(.scope(reasons: [1, 2]))
      var rest = scene.authorityList
      rest.put(.scope(reasons: [3, 4, 5, 6, 7, 8]))
      scene.moreLists = [rest.issue()]
    },
    AdversarialCase("lists that leave a reason out", .refused(.crlReasonsIncomplete)) { scene in
      scene.authorityList.put(.scope(reasons: [1, 2]))
      var rest = scene.authorityList
      rest.put(.scope(reasons: [3, 4, 5, 6, 7]))
      scene.moreLists = [rest.issue()]
    },
    AdversarialCase("leaf revoked in the list of other reasons", .refused(.revoked)) { scene in
      scene.authorityList.put(.scope(reasons: [1, 2]))
      var rest = scene.authorityList
      rest.put(.scope(reasons: [3, 4, 5, 6, 7, 8]))
      rest.revoke(DER.integer(4711), reason: 4)
      scene.moreLists = [rest.issue()]
    },
    AdversarialCase("point of some reasons", .refused(.crlReasonsIncomplete)) {
      $0.leaf.put(.distributionPoints(point, reasons: [1, 2]))
      $0.authorityList.put(.scope(name: point))
    },
    AdversarialCase("indirect list", .refused(.crlIndirect)) { $0.authorityList.put(.scope(indirect: true)) },
    AdversarialCase("list of another issuer that the leaf points at", .refused(.crlScope)) { scene in
      let other = DER.constructed(2, Name.directory(DER.name("Altra")))
      let full = DER.constructed(0, DER.constructed(0, point))
      scene.leaf.put(TestExtension("2.5.29.31", DER.sequence(DER.sequence(full, other))))
      scene.authorityList.put(.scope(name: point))
    },
  ]

  static let signers: [AdversarialCase] = [
    AdversarialCase("list signed by a stranger", .refused(.crlSignatureInvalid)) {
      $0.authorityList.key = $0.keys.stranger
    },
    AdversarialCase("list signed by a stranger who names the right key", .refused(.crlSignatureInvalid)) { scene in
      let identifier = scene.keys.authority.identifier
      scene.authorityList.key = scene.keys.stranger
      scene.authorityList.put(TestExtension(TestExtension.authorityKeyID, DER.sequence(DER.primitive(0, identifier))))
    },
    AdversarialCase("list with one other bit", .refused(.crlSignatureInvalid)) {
      $0.authorityList.signature = { bytes in DER.bits(bytes.dropLast() + [(bytes.last ?? 0) ^ 1]) }
    },
    AdversarialCase("list whose entry was taken out", .refused(.crlSignatureInvalid)) { scene in
      scene.authorityList.revoke(DER.integer(4711))
      scene.authorityList.whole = { bytes in
        let serial = DER.integer(4711)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: serial) }) else { return bytes }
        var changed = bytes
        changed[start + 3] ^= 1
        return changed
      }
    },
    AdversarialCase("list of an authority that may not sign lists", .refused(.crlSignerNotAuthorised)) {
      $0.authority.put(.keyUsage(5))
    },
    AdversarialCase("list of a root that may not sign lists", .refused(.crlSignerNotAuthorised)) {
      $0.root.put(.keyUsage(5))
    },
    AdversarialCase("list of a root without a key usage", .valid) { $0.root.remove(TestExtension.keyUsageID) },
    AdversarialCase("list with the leaf's own key", .refused(.crlSignatureInvalid)) { scene in
      scene.leaf.subject = scene.authority.subject
      scene.leaf.put(.keyUsage(0))
      scene.authorityList.key = scene.keys.leaf
    },
    AdversarialCase("separate key for lists", .valid) { separate(&$0) { _ in } },
    AdversarialCase("separate key that may not sign lists", .refused(.crlSignerNotAuthorised)) {
      separate(&$0) { $0.put(.keyUsage(0)) }
    },
    AdversarialCase("separate key with an expired certificate", .refused(.crlSignerPath)) {
      separate(&$0) { $0.setValidity(Scene.now - 9, Scene.now - 1) }
    },
    AdversarialCase("separate key with a revoked certificate", .refused(.crlSignerPath)) { scene in
      separate(&scene) { $0.serialNumber = DER.integer(99) }
    },
    AdversarialCase("separate key below another anchor", .refused(.crlSignerPath)) { scene in
      let name = DER.name("Altra radice")
      var other = scene.root
      (other.issuer, other.subject, other.key) = (name, name, scene.keys.stranger)
      scene.moreAnchors = [other.issue(by: scene.keys.stranger)]
      scene.moreLists = [Scene.list(of: name, scene.keys.stranger).issue()]
      separate(&scene, by: scene.keys.stranger) { $0.issuer = name }
    },
    AdversarialCase("separate key that another authority named", .refused(.crlSignerPath)) { scene in
      let name = DER.name("CA Altrui")
      scene.bundle = []
      separate(&scene, by: scene.keys.stranger) { $0.issuer = name }
      scene.bundle.append(
        Scene.authority(named: name, by: scene.root.subject, scene.keys.stranger).issue(by: scene.root.key))
      scene.moreLists = [Scene.list(of: name, scene.keys.stranger).issue()]
    },
    AdversarialCase("separate key of another name", .refused(.crlSignatureInvalid)) {
      separate(&$0) { $0.subject = DER.name("Altra") }
    },
    AdversarialCase("separate key that the list itself must vouch for", .refused(.crlSignerPath)) { scene in
      let name = scene.authority.subject
      separate(&scene, by: scene.keys.authority) { $0.issuer = name }
    },
  ]

  /// Signs the authority's list with another key of its name, which the root certifies.
  private static func separate(
    _ scene: inout Scene, by issuer: TestKey? = nil, _ bend: (inout CertificateTemplate) -> Void
  ) {
    var signer = Scene.authority(named: scene.authority.subject, by: scene.root.subject, scene.keys.second)
    signer.serialNumber = DER.integer(1235)
    signer.remove(TestExtension.basicConstraintsID)
    signer.put(.keyUsage(6))
    bend(&signer)
    scene.bundle = [signer.issue(by: issuer ?? scene.root.key)]
    scene.authorityList.key = scene.keys.second
  }

  static let deltas: [AdversarialCase] = [
    AdversarialCase("delta alone", .refused(.crlDeltaWithoutBase)) { $0.authorityList.put(.deltaBase(6)) },
    AdversarialCase("delta beside its base", .valid) { delta(&$0) { _ in } },
    AdversarialCase("leaf revoked in a delta", .refused(.revoked)) { delta(&$0) { $0.revoke(DER.integer(4711)) } },
    AdversarialCase("leaf revoked in a stale delta", .refused(.revoked)) {
      delta(&$0) {
        $0.revoke(DER.integer(4711))
        $0.nextUpdate = DER.time(Scene.now - 1)
      }
    },
    AdversarialCase("hold that a delta lifts", .valid) { scene in
      scene.authorityList.revoke(DER.integer(4711), reason: 6)
      delta(&scene) { $0.entries = [ListTemplate.entry(DER.integer(4711), reason: 8)] }
    },
    AdversarialCase("hold that an older delta lifts", .refused(.revoked)) { scene in
      scene.authorityList.revoke(DER.integer(4711), reason: 6)
      delta(&scene) {
        $0.entries = [ListTemplate.entry(DER.integer(4711), reason: 8)]
        $0.put(.number(3))
        $0.put(.deltaBase(2))
      }
    },
    AdversarialCase("hold that a stranger's delta lifts", .refused(.revoked)) { scene in
      scene.authorityList.revoke(DER.integer(4711), reason: 6)
      let stranger = scene.keys.stranger
      delta(&scene) {
        $0.entries = [ListTemplate.entry(DER.integer(4711), reason: 8)]
        $0.key = stranger
      }
    },
    AdversarialCase("revocation that a delta takes back", .refused(.revoked)) { scene in
      scene.authorityList.revoke(DER.integer(4711), reason: 1)
      delta(&scene) { $0.entries = [ListTemplate.entry(DER.integer(4711), reason: 8)] }
    },
    AdversarialCase("fresh delta over a stale base", .refused(.crlExpired)) { scene in
      delta(&scene) { _ in }
      scene.authorityList.nextUpdate = DER.time(Scene.now - 1)
    },
    AdversarialCase("delta indicator that is not critical", .refused(.crlExtensionCriticality)) { scene in
      scene.authorityList.put(.deltaBase(6))
      scene.authorityList.change(TestExtension.deltaID) { $0.critical = [] }
    },
  ]

  private static func delta(_ scene: inout Scene, _ bend: (inout ListTemplate) -> Void) {
    var delta = scene.authorityList
    delta.entries = []
    delta.put(.number(8))
    delta.put(.deltaBase(7))
    bend(&delta)
    scene.moreLists = [delta.issue()]
  }

  static let editions: [AdversarialCase] = [
    AdversarialCase("bad list beside a good one", .valid) { scene in
      var bad = scene.authorityList
      bad.key = scene.keys.stranger
      scene.moreLists = [bad.issue()]
    },
    AdversarialCase("stranger's list that revokes beside a good one", .valid) { scene in
      var bad = scene.authorityList
      bad.key = scene.keys.stranger
      bad.revoke(DER.integer(4711))
      scene.moreLists = [bad.issue()]
    },
    AdversarialCase("newer list that revokes", .refused(.revoked)) { scene in
      var newer = scene.authorityList
      newer.put(.number(300))
      newer.revoke(DER.integer(4711))
      scene.moreLists = [newer.issue()]
    },
    AdversarialCase("older list that revokes for good", .refused(.revoked)) { scene in
      var older = scene.authorityList
      older.put(.number(2))
      older.revoke(DER.integer(4711))
      scene.moreLists = [older.issue()]
    },
    AdversarialCase("hold of an older list that the newer one lifts", .valid) { scene in
      var older = scene.authorityList
      older.put(.number(2))
      older.revoke(DER.integer(4711), reason: 6)
      scene.moreLists = [older.issue()]
    },
    AdversarialCase("hold of a newer list", .refused(.revoked)) { scene in
      var newer = scene.authorityList
      newer.put(.number(300))
      newer.revoke(DER.integer(4711), reason: 6)
      scene.moreLists = [newer.issue()]
    },
    AdversarialCase("stale list beside a fresh one", .valid) { scene in
      var stale = scene.authorityList
      stale.nextUpdate = DER.time(Scene.now - 1)
      scene.moreLists = [stale.issue()]
    },
  ]
}
