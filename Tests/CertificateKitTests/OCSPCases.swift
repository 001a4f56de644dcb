@testable import CertificateKit

/// Answers that prove nothing, each because of one fault.
enum OCSPCases {
  static let all = form + status + signature + responder + content + time

  private static let form = [
    OCSPCase("nothing at all", .empty) { $0.answer.whole = { _ in [] } },
    OCSPCase("one byte more than 64 KiB", .tooLarge) {
      $0.answer.whole = { $0 + [UInt8](repeating: 0, count: OCSPRules.maximumSize + 1 - $0.count) }
    },
    OCSPCase("the last byte is missing", .notDER) { $0.answer.whole = { $0.dropLast() } },
    OCSPCase("a byte too many", .notDER) { $0.answer.whole = { $0 + [0] } },
    OCSPCase("an indefinite length", .notDER) { $0.answer.whole = { [0x30, 0x80] + $0.dropFirst(4) + [0, 0] } },
    OCSPCase("a length that is too long", .notDER) {
      $0.answer.whole = { whole in [0x30, 0x83, 0] + whole[2...] }
    },
    OCSPCase("BER inside of the basic response", .notDER) {
      $0.answer.single.status = [0x80, 0x81, 0]
    },
    OCSPCase("a TRUE that is not DER's", .notDER) {
      var other = TestExtension("1.3.6.1.4.1.55555.9", DER.null)
      other.critical = [0x01, 0x01, 0x01]
      $0.answer.extensions.append(other)
    },
    OCSPCase("HTML instead", .notDER) { $0.answer.whole = { _ in Array("<html>502 Bad Gateway</html>".utf8) } },
    OCSPCase("a certificate instead", .malformed) { scene in
      let other = scene.authority.issue(by: scene.keys.root)
      scene.answer.whole = { _ in other }
    },
    OCSPCase("the version written out", .notDER) { $0.answer.version = DER.constructed(0, DER.integer(0)) },
    OCSPCase("another version", .notDER) { $0.answer.version = DER.constructed(0, DER.integer(1)) },
    OCSPCase("something after the signature", .malformed) { $0.answer.afterSignature = DER.null },
    OCSPCase("producedAt as UTCTime", .malformed) { $0.answer.producedAt = DER.utcTime("250615000000Z") },
    OCSPCase("a fraction of a second", .malformed) {
      $0.answer.producedAt = DER.generalizedTime("20250615000000.5Z")
    },
    OCSPCase("thisUpdate with a time zone", .malformed) {
      $0.answer.single.thisUpdate = DER.generalizedTime("20250615000000+0100")
    },
    OCSPCase("a status that is none", .malformed) { $0.answer.single.status = DER.primitive(3, []) },
    OCSPCase("good with something in it", .malformed) { $0.answer.single.status = DER.primitive(0, [0]) },
    OCSPCase("a responder without a name or a key", .malformed) { $0.answer.responder = DER.constructed(3, DER.null) },
    OCSPCase("nine certificates", .malformed) { scene in
      scene.answer.certificates = [[UInt8]](repeating: scene.responder.issue(by: scene.keys.authority), count: 9)
    },
  ]

  private static let status = [
    OCSPCase("malformedRequest", .malformedRequest) { $0.answer.refuse(1) },
    OCSPCase("internalError", .internalError) { $0.answer.refuse(2) },
    OCSPCase("tryLater", .tryLater) { $0.answer.refuse(3) },
    OCSPCase("status 4, which is not used", .unknownResponseStatus) { $0.answer.refuse(4) },
    OCSPCase("sigRequired", .signatureRequired) { $0.answer.refuse(5) },
    OCSPCase("unauthorized", .unauthorized) { $0.answer.refuse(6) },
    OCSPCase("an error with a good answer in it", .tryLater) { $0.answer.status = DER.enumerated(3) },
    OCSPCase("successful and nothing else", .unsupportedResponseType) { $0.answer.refuse(0) },
    OCSPCase("another type of response", .unsupportedResponseType) { $0.answer.type = "1.3.6.1.5.5.7.48.1.99" },
  ]

  private static let signature = [
    OCSPCase("a bit of the signature turned", .signatureInvalid) {
      $0.answer.signature = { signature in DER.bits(signature.dropLast() + [signature[signature.count - 1] ^ 1]) }
    },
    OCSPCase("no signature", .signatureInvalid) { $0.answer.signature = { _ in DER.bits([]) } },
    OCSPCase("a signature of odd bits", .malformed) {
      $0.answer.signature = { DER.bits($0.dropLast() + [0], unused: 1) }
    },
    OCSPCase("signed by a stranger in the responder's name", .signatureInvalid) { $0.answer.key = $0.keys.stranger },
    OCSPCase("signed by a stranger in the authority's name", .signatureInvalid) {
      $0.answerDirectly()
      $0.answer.key = $0.keys.stranger
    },
    OCSPCase("signed with SHA-1", .weakSignature) { $0.answer.algorithm = .ecdsaSHA1 },
    OCSPCase("signed with SHA-224", .weakSignature) { $0.answer.algorithm = .ecdsaSHA224 },
    OCSPCase("signed by an algorithm that does not fit the key", .signatureInvalid) {
      $0.answer.algorithm.identifier = TestAlgorithm.rsaSHA256.identifier
    },
  ]

  private static let content = [
    OCSPCase("another serial number", .otherCertificate) { $0.answer.single.serial = DER.integer(4712) },
    OCSPCase("a negative serial number", .otherCertificate) { $0.answer.single.serial = DER.integer(-4711) },
    OCSPCase("another issuer's name", .otherCertificate) { $0.answer.single.nameHash[0] ^= 1 },
    OCSPCase("another issuer's key", .otherCertificate) { $0.answer.single.keyHash[0] ^= 1 },
    OCSPCase("hashes of another kind", .otherCertificate) {
      $0.answer.single.algorithm = DER.sequence(DER.oid("2.16.840.1.101.3.4.2.1"), DER.null)
    },
    OCSPCase("no single response", .otherCertificate) { $0.answer.singles = [] },
    OCSPCase("two answers about the certificate", .ambiguous) {
      var other = $0.answer.single
      other.status = OCSPSingle.revoked(Scene.now - 100)
      $0.answer.singles.append(other)
    },
    OCSPCase("unknown to the responder", .certificateUnknown) { $0.answer.single.status = OCSPSingle.unknown },
    OCSPCase("another nonce", .nonceMismatch) {
      $0.answer.extensions = [TestExtension(OCSPScene.nonceID, DER.octets([UInt8](repeating: 8, count: 32)))]
    },
    OCSPCase("the beginning of the nonce", .nonceMismatch) {
      $0.answer.extensions = [TestExtension(OCSPScene.nonceID, DER.octets([UInt8](repeating: 7, count: 31)))]
    },
    OCSPCase("the nonce without its OCTET STRING", .nonceMismatch) {
      $0.answer.extensions = [TestExtension(OCSPScene.nonceID, [UInt8](repeating: 7, count: 32))]
    },
    OCSPCase("no nonce", .nonceMissing) { $0.answer.extensions = [] },
    OCSPCase("another nonce where none is demanded", .nonceMismatch) {
      $0.rules = OCSPRules(nonce: .acceptedMissing)
      $0.answer.extensions = [TestExtension(OCSPScene.nonceID, DER.octets([UInt8](repeating: 8, count: 32)))]
    },
    OCSPCase("the nonce twice", .malformed) { $0.answer.extensions += $0.answer.extensions },
    OCSPCase("a critical extension", .unknownCriticalExtension) {
      $0.answer.extensions.append(TestExtension("1.3.6.1.4.1.55555.9", critical: true, DER.null))
    },
    OCSPCase("a critical extension of the single response", .unknownCriticalExtension) {
      $0.answer.single.extensions = [TestExtension("1.3.6.1.4.1.55555.9", critical: true, DER.null)]
    },
    OCSPCase("critical FALSE written out", .malformed) {
      var other = TestExtension("1.3.6.1.4.1.55555.9", DER.null)
      other.critical = DER.boolean(false)
      $0.answer.extensions.append(other)
    },
  ]

  private static let time = [
    OCSPCase("thisUpdate 61 s ahead", .fromTheFuture) {
      $0.answer.single.thisUpdate = DER.generalizedTime(Scene.now + 61)
      $0.answer.producedAt = DER.generalizedTime(Scene.now + 60)
    },
    OCSPCase("producedAt 61 s ahead", .fromTheFuture) {
      $0.answer.producedAt = DER.generalizedTime(Scene.now + 61)
    },
    OCSPCase("nextUpdate a second ago", .expired) {
      $0.answer.single.nextUpdate = DER.generalizedTime(Scene.now - 1)
    },
    OCSPCase("nextUpdate before thisUpdate", .inconsistentTimes) {
      $0.answer.single.nextUpdate = DER.generalizedTime(Scene.now - 3601)
    },
    OCSPCase("signed before the time that it tells of", .inconsistentTimes) {
      $0.answer.single.thisUpdate = DER.generalizedTime(Scene.now)
      $0.answer.producedAt = DER.generalizedTime(Scene.now - 61)
    },
    OCSPCase("no nextUpdate, and older than it may be", .tooOld) {
      $0.answer.single.nextUpdate = nil
      $0.answer.single.thisUpdate = DER.generalizedTime(Scene.now - 601)
    },
  ]
}

extension OCSPAnswer {
  /// Without a signature and without content, as a responder does when it does not answer.
  mutating func refuse(_ code: UInt8) {
    status = DER.enumerated(code)
    hasBytes = false
  }
}
