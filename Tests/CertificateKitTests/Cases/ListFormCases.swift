@testable import CertificateKit

/// One broken rule of RFC 5280 section 5 each, in the list of the leaf's issuer.
enum ListFormCases {
  static let all: [AdversarialCase] = fields + extensions + entries

  static let fields: [AdversarialCase] = [
    AdversarialCase("list of version 1", .refused(.crlVersion)) { $0.authorityList.version = [] },
    AdversarialCase("list of version 3", .refused(.crlVersion)) { $0.authorityList.version = DER.integer(2) },
    AdversarialCase("list without nextUpdate", .refused(.crlNextUpdateMissing)) { $0.authorityList.nextUpdate = [] },
    AdversarialCase("list of two signature algorithms", .refused(.crlSignatureAlgorithmMismatch)) {
      $0.authorityList.innerAlgorithm = TestAlgorithm.ecdsaSHA384.identifier
    },
    AdversarialCase("list with SHA-1", .refused(.crlWeakHash)) { $0.authorityList.algorithm = .ecdsaSHA1 },
    AdversarialCase("list with SHA-384", .valid) { $0.authorityList.algorithm = .ecdsaSHA384 },
    AdversarialCase("list with SHA-1 of the root", .refused(.crlWeakHash)) { $0.rootList.algorithm = .ecdsaSHA1 },
    AdversarialCase("list without entries", .valid) { $0.authorityList.entries = [] },
    AdversarialCase("list with an empty list of entries", .refused(.crlEntryMalformed)) {
      $0.authorityList.revoked = DER.sequence()
    },
    AdversarialCase("list in GeneralizedTime", .valid) {
      $0.authorityList.thisUpdate = DER.generalizedTime(Scene.now - 9)
      $0.authorityList.nextUpdate = DER.generalizedTime(Scene.now + 9)
    },
    AdversarialCase("list with a fraction of a second", .unreadable(.malformed)) {
      $0.authorityList.thisUpdate = DER.generalizedTime("20250601000000.5Z")
    },
    AdversarialCase("list with an offset from UTC", .unreadable(.malformed)) {
      $0.authorityList.thisUpdate = DER.utcTime("250601000000+0000")
    },
    AdversarialCase("list of no octets", .unreadable(.empty)) { $0.authorityList.whole = { _ in [] } },
    AdversarialCase("list that is cut off", .unreadable(.truncated)) { $0.authorityList.whole = { $0.dropLast(9) } },
    AdversarialCase("list with something behind it", .unreadable(.trailingData)) {
      $0.authorityList.whole = { $0 + [0] }
    },
    AdversarialCase("list that is a certificate", .unreadable(.malformed)) { scene in
      let certificate = scene.leaf.issue(by: scene.authority.key)
      scene.authorityList.whole = { _ in certificate }
    },
    AdversarialCase("list with an indefinite length", .unreadable(.notDER)) {
      $0.authorityList.whole = { [0x30, 0x80] + $0.dropFirst(4) + [0, 0] }
    },
  ]

  static let extensions: [AdversarialCase] = [
    AdversarialCase("list without a number", .refused(.crlNumberMissing)) {
      $0.authorityList.remove(TestExtension.numberID)
    },
    AdversarialCase("list with a negative number", .refused(.crlExtensionMalformed)) {
      $0.authorityList.put(.number(-1))
    },
    AdversarialCase("list with a number of 21 octets", .refused(.crlExtensionMalformed)) {
      let number = DER.integer(octets: [UInt8](repeating: 0x11, count: 21))
      $0.authorityList.put(TestExtension(TestExtension.numberID, number))
    },
    AdversarialCase("list with a critical number", .refused(.crlExtensionCriticality)) { scene in
      scene.authorityList.change(TestExtension.numberID) { $0.critical = DER.boolean(true) }
    },
    AdversarialCase("list without a key identifier", .refused(.crlAuthorityKeyIdentifierMissing)) {
      $0.authorityList.remove(TestExtension.authorityKeyID)
    },
    AdversarialCase("list with a critical key identifier", .refused(.crlExtensionCriticality)) { scene in
      scene.authorityList.change(TestExtension.authorityKeyID) { $0.critical = DER.boolean(true) }
    },
    AdversarialCase("list with an extension twice", .refused(.crlExtensionDuplicate)) {
      $0.authorityList.extensions.append(.number(8))
    },
    AdversarialCase("list with an unknown extension", .valid) {
      $0.authorityList.put(TestExtension("1.2.3.4", DER.null))
    },
    AdversarialCase("list with an unknown critical extension", .refused(.crlExtensionUnknownCritical)) {
      $0.authorityList.put(TestExtension("1.2.3.4", critical: true, DER.null))
    },
    AdversarialCase("list with critical FALSE written out", .refused(.crlEncodedDefault)) { scene in
      scene.authorityList.change(TestExtension.numberID) { $0.critical = DER.boolean(false) }
    },
    AdversarialCase("list whose scope is not critical", .refused(.crlExtensionCriticality)) { scene in
      scene.authorityList.put(.scope(userCertificates: true))
      scene.authorityList.change(TestExtension.scopeID) { $0.critical = [] }
    },
    AdversarialCase("list with an empty scope", .refused(.crlExtensionMalformed)) { $0.authorityList.put(.scope()) },
    AdversarialCase("list that excludes everything", .refused(.crlExtensionMalformed)) {
      $0.authorityList.put(.scope(userCertificates: true, authorities: true))
    },
    AdversarialCase("list whose scope writes FALSE out", .refused(.crlExtensionMalformed)) {
      let scope = DER.sequence([0x81, 0x01, 0xFF], [0x84, 0x01, 0x00])
      $0.authorityList.put(TestExtension(TestExtension.scopeID, critical: true, scope))
    },
  ]

  /// A list with one more entry, about somebody else.
  private static func entry(
    _ name: String, _ expected: Verdict, reason: UInt8? = nil, _ extensions: [UInt8]...
  ) -> AdversarialCase {
    AdversarialCase(name, expected) {
      $0.authorityList.entries.append(ListTemplate.entry(DER.integer(98), reason: reason, extensions: extensions))
    }
  }

  private static let entries: [AdversarialCase] = [
    entry("entry without a reason", .valid),
    entry("entry of an unknown reason", .refused(.crlEntryMalformed), reason: 7),
    entry("entry with a reason beyond all", .refused(.crlEntryMalformed), reason: 11),
    entry("entry with an invalidity date", .valid, reason: 1, invalidity("20250101000000Z")),
    entry("entry with a bad invalidity date", .refused(.crlEntryMalformed), reason: 1, invalidity("20250101000000")),
    entry("entry with an unknown extension", .valid, DER.sequence(DER.oid("1.2.3.4"), DER.octets(DER.null))),
    entry(
      "entry with an unknown critical extension", .refused(.crlEntryUnknownCritical),
      DER.sequence(DER.oid("1.2.3.4"), DER.boolean(true), DER.octets(DER.null))),
    entry(
      "entry of another issuer", .refused(.crlEntryUnknownCritical),
      DER.sequence(
        DER.oid("2.5.29.29"), DER.boolean(true), DER.octets(DER.sequence(Name.directory(DER.name("Altra")))))),
    entry(
      "entry with a reason twice", .refused(.crlEntryMalformed), reason: 1,
      DER.sequence(DER.oid("2.5.29.21"), DER.octets(DER.enumerated(4)))),
    entry(
      "entry with critical FALSE written out", .refused(.crlEncodedDefault),
      DER.sequence(DER.oid("2.5.29.21"), DER.boolean(false), DER.octets(DER.enumerated(4)))),
    AdversarialCase("entry without a date", .unreadable(.truncated)) {
      $0.authorityList.entries.append(DER.sequence(DER.integer(98)))
    },
    AdversarialCase("entry with a serial number that is longer than it need be", .unreadable(.notDER)) {
      $0.authorityList.revoke(DER.integer(octets: [0, 98]))
    },
    AdversarialCase("entry with something behind its extensions", .unreadable(.malformed)) {
      let extensions = DER.sequence(DER.sequence(DER.oid("2.5.29.21"), DER.octets(DER.enumerated(1))))
      $0.authorityList.entries.append(
        DER.sequence(DER.integer(98), DER.time(Scene.now - 9), extensions, DER.null))
    },
  ]

  private static func invalidity(_ text: String) -> [UInt8] {
    DER.sequence(DER.oid("2.5.29.24"), DER.octets(DER.generalizedTime(text)))
  }
}
