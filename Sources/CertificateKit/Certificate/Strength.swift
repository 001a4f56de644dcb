/// Which keys and hashes are strong enough: 112 bits of security or more, on curves that everybody has looked at.
enum Strength {
  private static let curves: Set<String> = ["prime256v1", "secp384r1", "secp521r1"]
  /// OpenSSL verifies with larger keys too, but a hostile one would cost too much.
  private static let rsaBits = 2048...8192

  static func defects(
    key: PublicKey, keyAlgorithm: AlgorithmIdentifier, signature: SignatureAlgorithm, hasReadableExtensions: Bool
  ) -> [Defect] {
    var found: [Defect] = []
    if let defect = defect(of: key, keyAlgorithm) { found.append(defect) }
    if let reason = signature.refusal { found.append(Defect(reason, "its signature algorithm is refused")) }
    if !hasReadableExtensions {
      found.append(Defect(.extensionMalformed, "an extension that OpenSSL does not read", .everywhere))
    }
    return found
  }

  private static func defect(of key: PublicKey, _ algorithm: AlgorithmIdentifier) -> Defect? {
    switch key.kind {
    case .rsa, .rsaPSS:
      guard key.bits >= rsaBits.lowerBound else {
        return Defect(.weakKey, "an RSA key of \(key.bits) bits", .everywhere)
      }
      guard key.bits <= rsaBits.upperBound, key.bits % 8 == 0, RSAKey.isPlain(key.keyBits),
        key.kind == .rsaPSS || algorithm.parameters?.tag == DERTag.null
      else { return Defect(.unsupportedKey, "an RSA key of an unusual form", .everywhere) }
      return nil
    case .ec:
      guard let curve = key.curve, curves.contains(curve), algorithm.parameters?.tag == DERTag.objectIdentifier else {
        return Defect(.weakKey, "an elliptic curve that is not P-256, P-384 or P-521", .everywhere)
      }
      return nil
    case .ed25519, .ed448: return nil
    case .dsa: return Defect(.weakKey, "a DSA key", .everywhere)
    case .other: return Defect(.unsupportedKey, "a key of an unknown kind", .everywhere)
    }
  }
}

/// RSAPublicKey (RFC 8017 appendix A.1.1).
enum RSAKey {
  /// An odd positive modulus, and an odd exponent from 3 to 2^32: larger ones only cost time.
  static func isPlain(_ keyBits: [UInt8]) -> Bool {
    guard (try? DERStrictness.check(keyBits[...])) != nil else { return false }
    return (try? read(keyBits)) ?? false
  }

  private static func read(_ keyBits: [UInt8]) throws(CertificateError) -> Bool {
    var outer = DERReader(keyBits)
    var key = DERReader(try outer.next(DERTag.sequence).content)
    let modulus = try key.next(DERTag.integer).content
    let exponent = try key.next(DERTag.integer).content
    try key.finish()
    guard let sign = modulus.first, sign < 0x80, let last = modulus.last, last & 1 == 1 else { return false }
    guard let first = exponent.first, first < 0x80, exponent.count <= 5, let low = exponent.last else { return false }
    return low & 1 == 1 && (exponent.count > 1 || low >= 3)
  }
}
