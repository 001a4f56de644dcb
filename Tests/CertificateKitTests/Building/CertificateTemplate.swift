/// Everything of a certificate, as DER that a test may bend before it is signed.
struct CertificateTemplate: Sendable {
  var version: [UInt8] = DER.constructed(0, DER.integer(2))
  var serialNumber: [UInt8] = DER.integer(4711)
  /// Over the issuer's key.
  var algorithm: TestAlgorithm = .ecdsaSHA256
  /// Inside of what is signed; the outer one if nil.
  var innerAlgorithm: [UInt8]?
  var issuer: [UInt8]
  var validity: [UInt8]
  var subject: [UInt8]
  var key: TestKey
  /// Instead of the key's own SubjectPublicKeyInfo.
  var keyInfo: [UInt8]?
  var afterKey: [UInt8] = []
  var extensions: [TestExtension]
  var afterExtensions: [UInt8] = []
  /// Bends the signature.
  var signature: @Sendable ([UInt8]) -> [UInt8] = { DER.bits($0) }
  /// Bends the whole.
  var whole: @Sendable ([UInt8]) -> [UInt8] = { $0 }

  /// - Parameter issuerKey: signs; the certificate's own key for a self-signed one.
  func issue(by issuerKey: TestKey) -> [UInt8] {
    let list = extensions.map { $0.encoded(subject: key, issuer: issuerKey) }
    let body = [
      version, serialNumber, innerAlgorithm ?? algorithm.identifier, issuer, validity, subject, keyInfo ?? key.info,
      afterKey, list.isEmpty ? [] : DER.constructed(3, DER.sequence(of: list)), afterExtensions,
    ]
    let tbs = DER.sequence(of: body)
    let signed = issuerKey.sign(tbs, hash: algorithm.hash(), usesPSS: algorithm.usesPSS)
    return whole(DER.sequence(tbs, algorithm.identifier, signature(signed)))
  }

  mutating func setValidity(_ notBefore: Int64, _ notAfter: Int64) {
    validity = DER.sequence(DER.time(notBefore), DER.time(notAfter))
  }

  mutating func remove(_ oid: String) { extensions.removeAll { $0.oid == oid } }

  /// Puts an extension in the place of the one with the same OID, or at the end.
  mutating func put(_ new: TestExtension) {
    if let index = extensions.firstIndex(where: { $0.oid == new.oid }) {
      extensions[index] = new
    } else {
      extensions.append(new)
    }
  }

  mutating func change(_ oid: String, _ change: (inout TestExtension) -> Void) {
    for index in extensions.indices where extensions[index].oid == oid { change(&extensions[index]) }
  }
}

/// An extension of a certificate or a list; its value may depend on the keys.
struct TestExtension: Sendable {
  var oid: String
  /// The critical flag as it is encoded; empty for FALSE.
  var critical: [UInt8]
  var value: @Sendable (_ subject: TestKey, _ issuer: TestKey) -> [UInt8]

  init(_ oid: String, critical: Bool = false, _ value: [UInt8]) {
    self.init(oid, critical: critical) { _, _ in value }
  }

  init(_ oid: String, critical: Bool = false, value: @escaping @Sendable (TestKey, TestKey) -> [UInt8]) {
    self.oid = oid
    self.critical = critical ? DER.boolean(true) : []
    self.value = value
  }

  func encoded(subject: TestKey, issuer: TestKey) -> [UInt8] {
    DER.sequence(DER.oid(oid), critical, DER.octets(value(subject, issuer)))
  }
}
