import Testing

@testable import CertificateKit

/// An authority, a person's certificate, a responder that the authority certified, and its answer: all as it should be,
/// until a case bends something.
struct OCSPScene {
  static let signing = "1.3.6.1.5.5.7.3.9"
  static let nonceID = "1.3.6.1.5.5.7.48.1.2"
  static let noCheckID = "1.3.6.1.5.5.7.48.1.5"

  let keys: TestKeys
  var authority: CertificateTemplate
  var leaf: CertificateTemplate
  var responder: CertificateTemplate
  /// Signs the responder's certificate.
  var responderIssuer: TestKey
  var nonce = [UInt8](repeating: 7, count: 32)
  var answer: OCSPAnswer
  var rules = OCSPRules()
  var revocation: (any RevocationSource)?

  init() throws {
    let scene = try Scene()
    keys = scene.keys
    authority = scene.authority
    leaf = scene.leaf
    responder = CertificateTemplate(
      serialNumber: DER.integer(5), issuer: authority.subject, validity: Scene.validity(1),
      subject: DER.name("Risponditore"), key: keys.second,
      extensions: [
        .authorityKeyIdentifier, .subjectKeyIdentifier, .keyUsage(0), .purposes(Self.signing),
        TestExtension(Self.noCheckID, DER.null),
      ])
    responderIssuer = keys.authority
    answer = OCSPAnswer(single: OCSPSingle(issuer: leaf.issuer, key: keys.authority, serial: leaf.serialNumber))
    answer.extensions = [TestExtension(Self.nonceID, DER.octets(nonce))]
    answer.responder = DER.constructed(1, responder.subject)
    answer.key = keys.second
  }

  /// Nobody but the authority itself answers.
  mutating func answerDirectly() {
    answer.responder = DER.constructed(1, authority.subject)
    answer.key = keys.authority
    answer.certificates = []
  }

  /// - Parameter now: when the answer is judged.
  func verdict(at now: Int64 = Scene.now) throws -> OCSPVerdict {
    var answer = answer
    let delegate = responder.issue(by: responderIssuer)
    answer.certificates = answer.certificates ?? [delegate]
    return try request().judge(answer.encoded(), by: rules, at: now, responders: revocation)
  }

  func request() throws -> OCSPRequest {
    let issuer = try Certificate(der: authority.issue(by: keys.root))
    return OCSPRequest(
      for: try Certificate(der: leaf.issue(by: keys.authority)), issuedBy: issuer, nonce: nonce)
  }
}

/// An OCSPResponse, as DER that a test may bend before it is signed.
struct OCSPAnswer {
  var status = DER.enumerated(0)
  var type = "1.3.6.1.5.5.7.48.1.1"
  var version: [UInt8] = []
  var responder: [UInt8] = []
  var producedAt = DER.generalizedTime(Scene.now - 60)
  var singles: [OCSPSingle]
  var extensions: [TestExtension] = []
  var algorithm = TestAlgorithm.ecdsaSHA256
  var key: TestKey?
  var signature: (_ signature: [UInt8]) -> [UInt8] = { DER.bits($0) }
  /// nil for the responder's.
  var certificates: [[UInt8]]?
  var afterSignature: [UInt8] = []
  var hasBytes = true
  var whole: (_ whole: [UInt8]) -> [UInt8] = { $0 }

  init(single: OCSPSingle) { singles = [single] }

  func encoded() -> [UInt8] {
    guard hasBytes, let key else { return whole(DER.sequence(status)) }
    let list = extensions.map { $0.encoded(subject: key, issuer: key) }
    let data = DER.sequence(
      version, responder, producedAt, DER.sequence(of: singles.map { $0.encoded(key) }),
      list.isEmpty ? [] : DER.constructed(1, DER.sequence(of: list)))
    let signed = signature(key.sign(data, hash: algorithm.hash(), usesPSS: algorithm.usesPSS))
    let held = certificates ?? []
    let basic = DER.sequence(
      data, algorithm.identifier, signed, held.isEmpty ? [] : DER.constructed(0, DER.sequence(of: held)),
      afterSignature)
    return whole(DER.sequence(status, DER.constructed(0, DER.sequence(DER.oid(type), DER.octets(basic)))))
  }

  /// The only single response.
  var single: OCSPSingle {
    get { singles[0] }
    set { singles[0] = newValue }
  }
}

/// A SingleResponse.
struct OCSPSingle {
  var algorithm = DER.sequence(DER.oid("1.3.14.3.2.26"), DER.null)
  var nameHash: [UInt8]
  var keyHash: [UInt8]
  var serial: [UInt8]
  var status = OCSPSingle.good
  var thisUpdate = DER.generalizedTime(Scene.now - 3600)
  var nextUpdate: [UInt8]? = DER.generalizedTime(Scene.now + 3600)
  var extensions: [TestExtension] = []

  static let good = DER.primitive(0, [])
  static let unknown = DER.primitive(2, [])

  static func revoked(_ time: Int64, reason: UInt8? = nil) -> [UInt8] {
    DER.constructed(1, DER.generalizedTime(time) + (reason.map { DER.constructed(0, DER.enumerated($0)) } ?? []))
  }

  init(issuer: [UInt8], key: TestKey, serial: [UInt8]) {
    nameHash = SHA1.hash(issuer)
    keyHash = SHA1.hash(key.bits)
    self.serial = serial
  }

  func encoded(_ key: TestKey) -> [UInt8] {
    let list = extensions.map { $0.encoded(subject: key, issuer: key) }
    return DER.sequence(
      DER.sequence(algorithm, DER.octets(nameHash), DER.octets(keyHash), serial), status, thisUpdate,
      nextUpdate.map { DER.constructed(0, $0) } ?? [], list.isEmpty ? [] : DER.constructed(1, DER.sequence(of: list)))
  }
}

extension TestKey {
  /// The public key alone: a P-256 point is the end of its SubjectPublicKeyInfo.
  var bits: [UInt8] { Array(info.suffix(65)) }
}

/// Knows one thing about every certificate.
struct FixedRevocation: RevocationSource {
  let status: RevocationStatus?
  func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus? { status }
}

/// A scene that breaks one rule of RFC 6960.
struct OCSPCase: Sendable, CustomTestStringConvertible {
  let name: String
  let expected: OCSPFailure
  let bend: @Sendable (inout OCSPScene) -> Void

  init(_ name: String, _ expected: OCSPFailure, _ bend: @escaping @Sendable (inout OCSPScene) -> Void) {
    self.name = name
    self.expected = expected
    self.bend = bend
  }

  var testDescription: String { name }
}
