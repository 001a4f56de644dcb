import COpenSSL

@testable import CertificateKit

/// Keys, hashes and signatures that are too weak, wrong, or of a form that nobody should use.
enum StrengthCases {
  static let all: [AdversarialCase] = [
    AdversarialCase("RSA key of 1024 bits", .refused(.weakKey)) { $0.leaf.key = $0.keys.weakRSA },
    AdversarialCase("RSA key of 2048 bits", .valid) { $0.leaf.key = $0.keys.rsa },
    AdversarialCase("anchor with an RSA key of 1024 bits", .refused(.weakKey)) {
      $0.root.key = $0.keys.weakRSA
      $0.rootList.key = $0.keys.weakRSA
      for path in [\Scene.root.algorithm, \.authority.algorithm, \.rootList.algorithm] {
        $0[keyPath: path] = .rsaSHA256
      }
    },
    AdversarialCase("curve of another kind", .refused(.weakKey)) { $0.leaf.key = $0.keys.secp256k1 },
    AdversarialCase("brainpool curve", .refused(.weakKey)) { $0.leaf.key = $0.keys.brainpool },
    AdversarialCase("P-521", .valid) { $0.leaf.key = $0.keys.p521 },
    AdversarialCase("Ed25519", .valid) { $0.leaf.key = $0.keys.ed25519 },
    AdversarialCase("key of an unknown kind", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = DER.sequence(DER.sequence(DER.oid("1.2.3.4.5")), DER.bits([1, 2, 3]))
    },
    AdversarialCase("RSA key with the exponent 1", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = rsaInfo(modulus: [0] + [UInt8](repeating: 0xC3, count: 256), exponent: [1])
    },
    AdversarialCase("RSA key with an even modulus", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = rsaInfo(modulus: [0] + [UInt8](repeating: 0xC2, count: 256), exponent: [1, 0, 1])
    },
    AdversarialCase("RSA key of 2052 bits", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = rsaInfo(modulus: [0x0C] + [UInt8](repeating: 0xC3, count: 256), exponent: [1, 0, 1])
    },
    AdversarialCase("RSA key with an exponent of 41 bits", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = rsaInfo(
        modulus: [0] + [UInt8](repeating: 0xC3, count: 256), exponent: [0x01, 0x00, 0x00, 0x00, 0x00, 0x01])
    },
    AdversarialCase("RSA key of 16384 bits", .refused(.unsupportedKey)) {
      $0.leaf.keyInfo = rsaInfo(modulus: [0] + [UInt8](repeating: 0xC3, count: 2048), exponent: [1, 0, 1])
    },
    AdversarialCase("SHA-1 under the leaf", .refused(.weakHash)) { $0.leaf.algorithm = .ecdsaSHA1 },
    AdversarialCase("SHA-1 under the authority", .refused(.weakHash)) { $0.authority.algorithm = .ecdsaSHA1 },
    AdversarialCase("SHA-1 under the anchor itself", .valid) { $0.root.algorithm = .ecdsaSHA1 },
    AdversarialCase("SHA-224", .refused(.weakHash)) { $0.leaf.algorithm = .ecdsaSHA224 },
    AdversarialCase("MD5", .refused(.weakHash)) { scene in
      scene.authority.key = scene.keys.rsa
      scene.authorityList.key = scene.keys.rsa
      scene.authorityList.algorithm = .rsaSHA256
      scene.leaf.algorithm = .rsaMD5
    },
    AdversarialCase("RSA with SHA-256", .valid, useRSA(.rsaSHA256)),
    AdversarialCase("RSASSA-PSS with SHA-256", .valid, useRSA(.rsaPSS)),
    AdversarialCase("RSASSA-PSS without parameters", .refused(.weakHash)) { scene in
      useRSA(.rsaPSS)(&scene)
      scene.leaf.algorithm.identifier = DER.sequence(DER.oid("1.2.840.113549.1.1.10"), DER.sequence())
    },
    AdversarialCase("signature algorithm of an unknown kind", .refused(.unsupportedSignatureAlgorithm)) {
      $0.leaf.algorithm.identifier = DER.sequence(DER.oid("1.2.3.4.5"))
    },
    AdversarialCase("ECDSA with parameters that it may not have", .refused(.unsupportedSignatureAlgorithm)) {
      $0.leaf.algorithm.identifier = DER.sequence(DER.oid("1.2.840.10045.4.3.2"), DER.null)
    },
    AdversarialCase("signed by a stranger", .refused(.keyIdentifierMismatch)) { $0.leafSigner = $0.keys.stranger },
    AdversarialCase("signed by a stranger who names the right key", .refused(.signatureInvalid)) { scene in
      scene.leafSigner = scene.keys.stranger
      let identifier = scene.keys.authority.identifier
      scene.leaf.put(TestExtension(TestExtension.authorityKeyID, DER.sequence(DER.primitive(0, identifier))))
    },
    AdversarialCase("signature with one other bit", .refused(.signatureInvalid)) {
      $0.leaf.signature = { bytes in DER.bits(bytes.dropLast() + [(bytes.last ?? 0) ^ 1]) }
    },
    AdversarialCase("signature of no octets", .refused(.signatureInvalid)) {
      $0.leaf.signature = { _ in DER.bits([]) }
    },
    AdversarialCase("signature with unused bits", .unreadable(.malformed)) {
      $0.leaf.signature = { bytes in DER.bits(bytes.dropLast() + [0x80], unused: 3) }
    },
    AdversarialCase("authority signed by a stranger", .refused(.keyIdentifierMismatch)) {
      $0.authoritySigner = $0.keys.stranger
    },
    AdversarialCase("serial number changed after the signature", .refused(.signatureInvalid)) { scene in
      scene.leaf.whole = { bytes in
        var changed = bytes
        let serial = DER.integer(4711)
        guard let start = changed.indices.first(where: { changed[$0...].starts(with: serial) }) else { return bytes }
        changed[start + 3] ^= 1
        return changed
      }
    },
  ]

  /// Lets the authority and whatever it signs use RSA.
  private static func useRSA(_ algorithm: TestAlgorithm) -> @Sendable (inout Scene) -> Void {
    { scene in
      scene.authority.key = scene.keys.rsa
      scene.authorityList.key = scene.keys.rsa
      scene.leaf.algorithm = algorithm
      scene.authorityList.algorithm = algorithm
    }
  }

  private static func rsaInfo(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
    let key = DER.sequence(DER.integer(octets: modulus), DER.integer(octets: exponent))
    return DER.sequence(DER.sequence(DER.oid("1.2.840.113549.1.1.1"), DER.null), DER.bits(key))
  }
}
