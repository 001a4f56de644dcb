import COpenSSL

@testable import CertificateKit

/// A key pair made for a test.
final class TestKey: @unchecked Sendable {
  // Unchecked: made once, then only read.
  let pointer: OpaquePointer
  let info: [UInt8]

  enum Kind {
    case ec(Int32)
    case rsa(Int32)
    case ed25519
  }

  struct Failure: Error {}

  static let p256 = NID_X9_62_prime256v1

  init(_ kind: Kind) throws {
    let type =
      switch kind {
      case .ec: EVP_PKEY_EC
      case .rsa: EVP_PKEY_RSA
      case .ed25519: EVP_PKEY_ED25519
      }
    guard let context = EVP_PKEY_CTX_new_id(type, nil) else { throw Failure() }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) == 1 else { throw Failure() }
    let isReady =
      switch kind {
      case .ec(let curve): EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, curve)
      case .rsa(let bits): EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits)
      case .ed25519: Int32(1)
      }
    var key: OpaquePointer?
    guard isReady == 1, EVP_PKEY_keygen(context, &key) == 1, let key else { throw Failure() }
    pointer = key
    info = TestKey.info(of: key)
  }

  deinit { EVP_PKEY_free(pointer) }

  private static func info(of key: OpaquePointer) -> [UInt8] {
    var output: UnsafeMutablePointer<UInt8>?
    let count = i2d_PUBKEY(key, &output)
    guard count > 0, let output else { return [] }
    defer { CRYPTO_free(output, #file, #line) }
    return Array(UnsafeBufferPointer(start: output, count: Int(count)))
  }

  var identifier: [UInt8] { Array(Digest.sha256(info).prefix(20)) }

  /// - Parameter hash: nil for keys that hash by themselves.
  func sign(_ message: [UInt8], hash: OpaquePointer?, usesPSS: Bool = false) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { return [] }
    defer { EVP_MD_CTX_free(context) }
    var inner: OpaquePointer?
    guard EVP_DigestSignInit(context, &inner, hash, nil, pointer) == 1 else { return [] }
    if usesPSS {
      EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING)
      EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 32)
    }
    var count = 0
    guard EVP_DigestSign(context, nil, &count, message, message.count) == 1 else { return [] }
    var signature = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return [] }
    return Array(signature.prefix(count))
  }
}

/// How something is signed: the AlgorithmIdentifier, and what OpenSSL needs to do it.
struct TestAlgorithm: Sendable {
  var identifier: [UInt8]
  var hash: @Sendable () -> OpaquePointer?
  var usesPSS = false

  static let ecdsaSHA256 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.10045.4.3.2")), hash: { EVP_sha256() })
  static let ecdsaSHA384 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.10045.4.3.3")), hash: { EVP_sha384() })
  static let ecdsaSHA1 = TestAlgorithm(identifier: DER.sequence(DER.oid("1.2.840.10045.4.1")), hash: { EVP_sha1() })
  static let ecdsaSHA224 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.10045.4.3.1")), hash: { EVP_sha224() })
  static let rsaSHA256 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.113549.1.1.11"), DER.null), hash: { EVP_sha256() })
  static let rsaSHA1 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.113549.1.1.5"), DER.null), hash: { EVP_sha1() })
  static let rsaMD5 = TestAlgorithm(
    identifier: DER.sequence(DER.oid("1.2.840.113549.1.1.4"), DER.null), hash: { EVP_md5() })
  static let ed25519 = TestAlgorithm(identifier: DER.sequence(DER.oid("1.3.101.112")), hash: { nil })

  /// RSASSA-PSS with SHA-256 for hash and mask and a salt of 32 octets.
  static let rsaPSS: TestAlgorithm = {
    let sha256 = DER.sequence(DER.oid("2.16.840.1.101.3.4.2.1"), DER.null)
    let mask = DER.sequence(DER.oid("1.2.840.113549.1.1.8"), sha256)
    let parameters = DER.sequence(
      DER.constructed(0, sha256), DER.constructed(1, mask), DER.constructed(2, DER.integer(32)))
    return TestAlgorithm(
      identifier: DER.sequence(DER.oid("1.2.840.113549.1.1.10"), parameters), hash: { EVP_sha256() }, usesPSS: true)
  }()
}

/// The keys that tests share, so that each is made once.
struct TestKeys: Sendable {
  let root: TestKey
  let authority: TestKey
  let second: TestKey
  let leaf: TestKey
  let stranger: TestKey
  let rsa: TestKey
  let weakRSA: TestKey
  let ed25519: TestKey
  let secp256k1: TestKey
  let brainpool: TestKey
  let p521: TestKey

  static let shared = Result { try TestKeys() }

  private init() throws {
    root = try TestKey(.ec(TestKey.p256))
    authority = try TestKey(.ec(TestKey.p256))
    second = try TestKey(.ec(TestKey.p256))
    leaf = try TestKey(.ec(TestKey.p256))
    stranger = try TestKey(.ec(TestKey.p256))
    rsa = try TestKey(.rsa(2048))
    weakRSA = try TestKey(.rsa(1024))
    ed25519 = try TestKey(.ed25519)
    secp256k1 = try TestKey(.ec(NID_secp256k1))
    brainpool = try TestKey(.ec(NID_brainpoolP256r1))
    p521 = try TestKey(.ec(NID_secp521r1))
  }
}
