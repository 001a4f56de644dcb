import COpenSSL

/// The public key of a certificate: what it is, how strong it is, and OpenSSL's form of it.
public struct PublicKey: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case rsa
    /// An RSA key that is for RSASSA-PSS alone (RFC 4055).
    case rsaPSS = "rsa-pss"
    case ec
    case ed25519
    case ed448
    case dsa
    case other
  }

  public let kind: Kind
  /// The modulus of RSA, the order of an EC group, and so on; 0 if the key cannot be read.
  public let bits: Int
  /// The curve of an EC key in OpenSSL's words, such as `prime256v1`; nil for other keys and for explicit parameters.
  public let curve: String?
  /// The whole SubjectPublicKeyInfo in DER.
  public let info: [UInt8]
  /// The key alone: what the BIT STRING holds. OCSP hashes this (RFC 6960 section 4.1.1).
  public let keyBits: [UInt8]

  public static func == (left: PublicKey, right: PublicKey) -> Bool { left.info == right.info }
}

extension PublicKey {
  /// - Parameter key: as OpenSSL read it out of the certificate; nil if it could not.
  init(_ key: OpaquePointer?, info: [UInt8], keyBits: [UInt8]) {
    let kind = key.map(Self.kind) ?? .other
    self.init(
      kind: kind, bits: key.map { Int(COpenSSL_key_bits($0)) } ?? 0, curve: kind == .ec ? key.flatMap(Self.curve) : nil,
      info: info, keyBits: keyBits)
  }

  private static let kinds: [(name: String, kind: Kind)] = [
    ("RSA", .rsa), ("RSA-PSS", .rsaPSS), ("EC", .ec), ("ED25519", .ed25519), ("ED448", .ed448), ("DSA", .dsa),
  ]

  private static func kind(of key: OpaquePointer) -> Kind {
    kinds.first { COpenSSL_key_is(key, $0.name) == 1 }?.kind ?? .other
  }

  private static func curve(of key: OpaquePointer) -> String? {
    var name = [CChar](repeating: 0, count: 64)
    guard COpenSSL_key_group(key, &name, name.count) == 1 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
