import Crypto

/// Answers questions about one certificate, truly or not.
struct TestResponder: Sendable {
  enum Status: Sendable {
    case good
    case revoked(UInt8)
    case unknown
  }

  let authority: TestAuthority
  let key = TestKey()
  var status = Status.good
  /// Seconds from ``TestAuthority/now``.
  var thisUpdate: Int64 = -60
  var nextUpdate: Int64? = 3600
  /// The responder's certificate; nil for one as it should be.
  var certificate: [UInt8]?
  /// nil for the question's.
  var nonce: [UInt8]?
  /// Bends the serial number.
  var shift = 0

  /// - Parameters:
  ///   - serial: of the certificate in question.
  ///   - request: the question; its nonce is at its end.
  func answer(_ serial: Int, to request: [UInt8]) throws -> [UInt8] {
    let nonce = TestDER.octets(nonce ?? Array(request.suffix(32)))
    let algorithm = TestDER.sequence(TestDER.oid("1.2.840.10045.4.3.2"))
    let data = TestDER.sequence(
      TestDER.tagged(1, TestDER.name("Risponditore")), TestDER.generalizedTime(TestAuthority.now + thisUpdate),
      TestDER.sequence(single(serial + shift)),
      TestDER.tagged(1, TestDER.sequence(TestDER.extensionField("1.3.6.1.5.5.7.48.1.2", nonce))))
    let held = try certificate ?? authority.delegate(key)
    let basic = TestDER.sequence(
      data, algorithm, TestDER.bits(key.sign(data)), TestDER.tagged(0, TestDER.sequence(held)))
    let bytes = TestDER.sequence(TestDER.oid("1.3.6.1.5.5.7.48.1.1"), TestDER.octets(basic))
    return TestDER.sequence([0x0A, 0x01, 0x00], TestDER.tagged(0, bytes))
  }

  private func single(_ serial: Int) -> [UInt8] {
    let id = TestDER.sequence(
      TestDER.sequence(TestDER.oid("1.3.14.3.2.26"), TestDER.null),
      TestDER.octets(Array(Insecure.SHA1.hash(data: authority.name))), TestDER.octets(authority.key.identifier),
      TestDER.integer(serial))
    return TestDER.sequence(
      id, encodedStatus, TestDER.generalizedTime(TestAuthority.now + thisUpdate),
      nextUpdate.map { TestDER.tagged(0, TestDER.generalizedTime(TestAuthority.now + $0)) } ?? [])
  }

  private var encodedStatus: [UInt8] {
    switch status {
    case .good: return [0x80, 0x00]
    case .unknown: return [0x82, 0x00]
    case .revoked(let reason):
      let time = TestDER.generalizedTime(TestAuthority.now - 100)
      return TestDER.tagged(1, time + TestDER.tagged(0, [0x0A, 0x01, reason]))
    }
  }

  /// An answer that is none.
  static func error(_ code: UInt8) -> [UInt8] { [0x30, 0x03, 0x0A, 0x01, code] }
}
