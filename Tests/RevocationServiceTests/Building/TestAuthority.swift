import CertificateKit
import Crypto

/// An authority with a key of its own, its certificates, its lists and its answers.
struct TestAuthority: Sendable {
  static let now: Int64 = 1_750_000_000
  static let day: Int64 = 86_400
  private static let algorithm = TestDER.sequence(TestDER.oid("1.2.840.10045.4.3.2"))

  let name: [UInt8]
  let key = TestKey()
  let certificate: Certificate

  /// - Parameter signsLists: whether its key usage says so.
  init(_ commonName: String, signsLists: Bool = true) throws {
    name = TestDER.name(commonName)
    certificate = try Certificate(
      der: Self.certificate(
        1, issuer: name, subject: name, key, by: key,
        [
          TestDER.extensionField("2.5.29.19", critical: true, TestDER.sequence([0x01, 0x01, 0xFF])),
          TestDER.extensionField(
            "2.5.29.15", critical: true, signsLists ? [0x03, 0x02, 0x01, 0x06] : [0x03, 0x02, 0x02, 0x04]),
        ]))
  }

  /// A person's certificate that says where lists and answers are.
  func issue(
    _ serial: Int, lists: [String] = [], responders: [String] = [], key: TestKey = TestKey()
  ) throws -> Certificate {
    let points = lists.map { url in
      TestDER.sequence(TestDER.tagged(0, TestDER.tagged(0, TestDER.element(0x86, Array(url.utf8)))))
    }
    let methods = responders.map { url in
      TestDER.sequence(TestDER.oid("1.3.6.1.5.5.7.48.1"), TestDER.element(0x86, Array(url.utf8)))
    }
    var extensions: [[UInt8]] = []
    if !points.isEmpty { extensions.append(TestDER.extensionField("2.5.29.31", TestDER.sequence(of: points))) }
    if !methods.isEmpty {
      extensions.append(TestDER.extensionField("1.3.6.1.5.5.7.1.1", TestDER.sequence(of: methods)))
    }
    return try Certificate(
      der: Self.certificate(
        serial, issuer: name, subject: TestDER.name("Persona \(serial)"), key, by: self.key, extensions))
  }

  /// A responder's certificate.
  func delegate(_ responder: TestKey, noCheck: Bool = true, notAfter: Int64 = now + 365 * day) throws -> [UInt8] {
    Self.certificate(
      77, issuer: name, subject: TestDER.name("Risponditore"), responder, by: key,
      [
        TestDER.extensionField("2.5.29.15", critical: true, [0x03, 0x02, 0x07, 0x80]),
        TestDER.extensionField("2.5.29.37", TestDER.sequence(TestDER.oid("1.3.6.1.5.5.7.3.9"))),
      ] + (noCheck ? [TestDER.extensionField("1.3.6.1.5.5.7.48.1.5", TestDER.null)] : []), notAfter: notAfter)
  }

  private static func certificate(
    _ serial: Int, issuer: [UInt8], subject: [UInt8], _ key: TestKey, by signer: TestKey, _ extensions: [[UInt8]],
    notAfter: Int64 = now + 365 * day
  ) -> [UInt8] {
    let identifiers = [
      TestDER.extensionField("2.5.29.14", TestDER.octets(key.identifier)),
      TestDER.extensionField("2.5.29.35", TestDER.sequence(TestDER.element(0x80, signer.identifier))),
    ]
    let body = TestDER.sequence(
      TestDER.tagged(0, TestDER.integer(2)), TestDER.integer(serial), algorithm, issuer,
      TestDER.sequence(TestDER.time(now - 365 * day), TestDER.time(notAfter)), subject, key.info,
      TestDER.tagged(3, TestDER.sequence(of: identifiers + extensions)))
    return TestDER.sequence(body, algorithm, TestDER.bits(signer.sign(body)))
  }
}

extension TestAuthority {
  /// A revocation list. Times are seconds from ``now``.
  func list(
    _ number: Int?, from thisUpdate: Int64 = -3600, to nextUpdate: Int64 = day, revoked: [Int] = [99],
    scope: [UInt8]? = nil, deltaTo base: Int? = nil, signer: TestKey? = nil
  ) -> [UInt8] {
    let signer = signer ?? key
    let date = TestDER.time(Self.now - Self.day)
    let entries = revoked.map { TestDER.sequence(TestDER.integer($0), date) }
    var extensions = [TestDER.extensionField("2.5.29.35", TestDER.sequence(TestDER.element(0x80, signer.identifier)))]
    if let number { extensions.append(TestDER.extensionField("2.5.29.20", TestDER.integer(number))) }
    if let base { extensions.append(TestDER.extensionField("2.5.29.27", critical: true, TestDER.integer(base))) }
    if let scope { extensions.append(TestDER.extensionField("2.5.29.28", critical: true, scope)) }
    let body = TestDER.sequence(
      TestDER.integer(1), Self.algorithm, name, TestDER.time(Self.now + thisUpdate),
      TestDER.time(Self.now + nextUpdate), entries.isEmpty ? [] : TestDER.sequence(of: entries),
      TestDER.tagged(0, TestDER.sequence(of: extensions)))
    return TestDER.sequence(body, Self.algorithm, TestDER.bits(signer.sign(body)))
  }
}

/// A key on P-256.
struct TestKey: Sendable {
  private let key = P256.Signing.PrivateKey()

  /// SubjectPublicKeyInfo.
  var info: [UInt8] { Array(key.publicKey.derRepresentation) }
  var pem: String { key.pemRepresentation }
  var bits: [UInt8] { Array(key.publicKey.x963Representation) }
  var identifier: [UInt8] { Array(Insecure.SHA1.hash(data: bits)) }

  /// - Returns: empty if it fails, which nobody takes for a signature.
  func sign(_ message: [UInt8]) -> [UInt8] {
    (try? key.signature(for: message)).map { Array($0.derRepresentation) } ?? []
  }
}
