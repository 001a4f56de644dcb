/// Everything of a revocation list, as DER that a test may bend before it is signed.
struct ListTemplate: Sendable {
  var version: [UInt8] = DER.integer(1)
  var algorithm: TestAlgorithm = .ecdsaSHA256
  var innerAlgorithm: [UInt8]?
  var issuer: [UInt8]
  var thisUpdate: [UInt8]
  /// Empty for none.
  var nextUpdate: [UInt8]
  var entries: [[UInt8]] = []
  /// Instead of the entries, whole.
  var revoked: [UInt8]?
  var extensions: [TestExtension] = [.authorityKeyIdentifier, .number(7)]
  /// Signs.
  var key: TestKey
  var signature: @Sendable ([UInt8]) -> [UInt8] = { DER.bits($0) }
  var whole: @Sendable ([UInt8]) -> [UInt8] = { $0 }

  func issue() -> [UInt8] {
    let list = extensions.map { $0.encoded(subject: key, issuer: key) }
    let tbs = DER.sequence(
      version, innerAlgorithm ?? algorithm.identifier, issuer, thisUpdate, nextUpdate,
      revoked ?? (entries.isEmpty ? [] : DER.sequence(of: entries)),
      list.isEmpty ? [] : DER.constructed(0, DER.sequence(of: list)))
    let signed = key.sign(tbs, hash: algorithm.hash(), usesPSS: algorithm.usesPSS)
    return whole(DER.sequence(tbs, algorithm.identifier, signature(signed)))
  }

  /// - Parameter serialNumber: the INTEGER, whole.
  static func entry(_ serialNumber: [UInt8], reason: UInt8? = 1, extensions: [[UInt8]] = []) -> [UInt8] {
    let coded = reason.map { DER.sequence(DER.oid("2.5.29.21"), DER.octets(DER.enumerated($0))) }
    let list = [coded].compactMap(\.self) + extensions
    return DER.sequence(
      serialNumber, DER.time(Scene.now - 86_400), list.isEmpty ? [] : DER.sequence(of: list))
  }

  mutating func revoke(_ serialNumber: [UInt8], reason: UInt8? = 1) {
    entries.append(Self.entry(serialNumber, reason: reason))
  }

  mutating func remove(_ oid: String) { extensions.removeAll { $0.oid == oid } }

  mutating func put(_ new: TestExtension) {
    remove(new.oid)
    extensions.append(new)
  }

  mutating func change(_ oid: String, _ change: (inout TestExtension) -> Void) {
    for index in extensions.indices where extensions[index].oid == oid { change(&extensions[index]) }
  }
}
