import CXMLSec

/// The public key that a signature must have been made with, pinned by whoever verifies. A certificate is only its
/// wrapping: neither its validity nor its issuer is looked at.
public struct SignerKey: Sendable, Hashable {
  private enum Form { case certificate, publicKey }

  private let der: [UInt8]
  private let form: Form
  let family: KeyFamily
  /// The length of the modulus, or of the curve's order rounded up to whole bytes.
  public let bits: Int

  /// - Parameter certificateDER: an X.509 certificate.
  public init(certificateDER: [UInt8]) throws(SignerKeyError) { try self.init(certificateDER, .certificate) }

  /// - Parameter publicKeyDER: a `SubjectPublicKeyInfo` (RFC 5280 section 4.1).
  public init(publicKeyDER: [UInt8]) throws(SignerKeyError) { try self.init(publicKeyDER, .publicKey) }

  /// Every `CERTIFICATE` and `PUBLIC KEY` of a PEM file, so that a signer's next key can be pinned beside the present.
  /// - Throws: ``SignerKeyError``; also if there is none, or something else, such as a private key.
  public static func pinned(inPEM text: String) throws(SignerKeyError) -> [SignerKey] {
    guard let blocks = PEMBlock.parse(text), !blocks.isEmpty else { throw .notPEM }
    guard blocks.count <= maximumCount else { throw .tooMany(limit: maximumCount) }
    var keys: [SignerKey] = []
    for block in blocks {
      switch block.label {
      case "CERTIFICATE": keys.append(try SignerKey(certificateDER: block.der))
      case "PUBLIC KEY": keys.append(try SignerKey(publicKeyDER: block.der))
      default: throw .notPublic
      }
    }
    return keys
  }

  /// How many keys may be pinned together; each may cost a digest of the whole document.
  public static let maximumCount = 8

  private init(_ der: [UInt8], _ form: Form) throws(SignerKeyError) {
    guard der.count > 2, der.count <= 1 << 16 else { throw .unreadable }
    guard !Self.isPrivate(der) else { throw .notPublic }
    do { try XMLSecLibrary.require() } catch { throw .library(error) }
    guard let key = unsafe Self.load(der, form) else { throw .unreadable }
    defer { unsafe xmlSecKeyDestroy(key) }
    (family, bits) = try unsafe Self.measure(key)
    self.der = der
    self.form = form
  }

  /// A key of libxmlsec1 that the caller owns; nil only if there is no memory, because this has been loaded before.
  func load() -> xmlSecKeyPtr? { unsafe Self.load(der, form) }

  /// Private keys begin with a version number (RFC 5958, 8017 appendix A.1.2, 5915), certificates and public keys with
  /// a sequence. libxmlsec1 would load all of them, and calls every elliptic curve key a private one.
  private static func isPrivate(_ der: [UInt8]) -> Bool {
    let header = der[1] < 0x80 ? 2 : 2 + Int(der[1] & 0x7F)
    return header < der.count && der[header] == 0x02
  }

  private static func load(_ der: [UInt8], _ form: Form) -> xmlSecKeyPtr? {
    let format = form == .certificate ? xmlSecKeyDataFormatCertDer : xmlSecKeyDataFormatDer
    return unsafe xmlSecOpenSSLAppKeyLoadMemory(der, cxmlsec_size(der.count), format, "", nil, nil)
  }

  private static func measure(_ key: xmlSecKeyPtr) throws(SignerKeyError) -> (KeyFamily, Int) {
    let bits = unsafe Int(xmlSecKeyDataGetSize(xmlSecKeyGetValue(key)))
    switch unsafe cxmlsec_key_name(key).map({ unsafe String(xml: $0) }) {
    case "rsa":
      guard bits >= 2048 else { throw .weak(bits: bits) }
      return (.rsa, bits)
    case "ecdsa":
      // In bytes before libxmlsec1 1.3; no curve has so few bits.
      let bits = bits < 100 ? bits * 8 : bits
      guard bits >= 256 else { throw .weak(bits: bits) }
      return (.ellipticCurve, bits)
    default: throw .otherAlgorithm
    }
  }
}

/// Why something cannot be pinned.
public enum SignerKeyError: Error, Sendable, Equatable, CustomStringConvertible {
  case notPEM
  case tooMany(limit: Int)
  /// Neither a certificate nor a public key; private keys are refused on purpose.
  case notPublic
  case unreadable
  /// RSA below 2048 bits, or a curve below 256.
  case weak(bits: Int)
  /// Neither RSA nor an elliptic curve.
  case otherAlgorithm
  case library(XMLSecFault)

  public var description: String {
    switch self {
    case .notPEM: "no PEM block was found"
    case .tooMany(let limit): "more than \(limit) keys"
    case .notPublic: "neither a certificate nor a public key"
    case .unreadable: "the certificate or key cannot be read"
    case .weak(let bits): "a key of \(bits) bits is too weak"
    case .otherAlgorithm: "neither an RSA nor an elliptic curve key"
    case .library(let fault): "\(fault)"
    }
  }
}
