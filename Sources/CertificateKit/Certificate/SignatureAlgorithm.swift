/// How a certificate, a revocation list or an OCSP answer is signed.
///
/// Only what is strong enough has a case of its own: SHA-2 of 256 bits or more over RSA (PKCS #1 v1.5 and PSS with one
/// hash for everything, RFC 4055) and ECDSA (RFC 5758), and the two Edwards curves (RFC 8410).
public enum SignatureAlgorithm: Sendable, Equatable {
  public enum Hash: String, Sendable {
    case sha256, sha384, sha512
  }

  case rsa(Hash)
  /// - Parameter saltLength: in octets.
  case rsaPSS(Hash, saltLength: Int)
  case ecdsa(Hash)
  case ed25519
  case ed448
  /// MD2, MD5, SHA-1, SHA-224, and whatever is made with DSA.
  case weak(OID)
  case unknown(OID)
}

extension SignatureAlgorithm {
  init(_ identifier: AlgorithmIdentifier) {
    switch identifier.oid.description {
    case "1.2.840.113549.1.1.11" where identifier.hasNoParameters: self = .rsa(.sha256)
    case "1.2.840.113549.1.1.12" where identifier.hasNoParameters: self = .rsa(.sha384)
    case "1.2.840.113549.1.1.13" where identifier.hasNoParameters: self = .rsa(.sha512)
    case "1.2.840.113549.1.1.10": self = PSSParameters.algorithm(identifier)
    case "1.2.840.10045.4.3.2" where identifier.parameters == nil: self = .ecdsa(.sha256)
    case "1.2.840.10045.4.3.3" where identifier.parameters == nil: self = .ecdsa(.sha384)
    case "1.2.840.10045.4.3.4" where identifier.parameters == nil: self = .ecdsa(.sha512)
    case "1.3.101.112" where identifier.parameters == nil: self = .ed25519
    case "1.3.101.113" where identifier.parameters == nil: self = .ed448
    case let dotted: self = Self.weakOnes.contains(dotted) ? .weak(identifier.oid) : .unknown(identifier.oid)
    }
  }

  /// MD2, MD4, MD5, SHA-1, SHA-224 with RSA; the older OIDs of SHA-1 with RSA; ECDSA and DSA with SHA-1 and SHA-224;
  /// DSA with SHA-2.
  private static let weakOnes: Set<String> = [
    "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5",
    "1.2.840.113549.1.1.14", "1.3.14.3.2.29", "1.3.14.3.2.15", "1.2.840.10045.4.1", "1.2.840.10045.4.3.1",
    "1.2.840.10040.4.3", "1.3.14.3.2.27", "2.16.840.1.101.3.4.3.1", "2.16.840.1.101.3.4.3.2", "2.16.840.1.101.3.4.3.3",
    "2.16.840.1.101.3.4.3.4",
  ]

  /// nil if it is strong enough.
  var refusal: RejectionReason? {
    switch self {
    case .rsa, .rsaPSS, .ecdsa, .ed25519, .ed448: nil
    case .weak: .weakHash
    case .unknown: .unsupportedSignatureAlgorithm
    }
  }
}

/// RSASSA-PSS-params (RFC 4055 section 3.1).
enum PSSParameters {
  private static let maskFunction = "1.2.840.113549.1.1.8"
  private static let hashes: [String: SignatureAlgorithm.Hash] = [
    "2.16.840.1.101.3.4.2.1": .sha256, "2.16.840.1.101.3.4.2.2": .sha384, "2.16.840.1.101.3.4.2.3": .sha512,
  ]

  /// Absent fields mean SHA-1; so does anything that is not one SHA-2 for both hash and mask.
  static func algorithm(_ identifier: AlgorithmIdentifier) -> SignatureAlgorithm {
    guard let parameters = identifier.parameters, parameters.tag == DERTag.sequence else {
      return .weak(identifier.oid)
    }
    return (try? read(parameters)) ?? .weak(identifier.oid)
  }

  private static func read(_ parameters: DERElement) throws(CertificateError) -> SignatureAlgorithm? {
    var reader = DERReader(parameters.content)
    guard let hash = try reader.nextIf(DERTag.constructed(0)), let mask = try reader.nextIf(DERTag.constructed(1))
    else {
      return nil
    }
    let salt = try reader.nextIf(DERTag.constructed(2))
    try reader.finish()
    let identifier = try algorithmIdentifier(hash)
    let maskIdentifier = try algorithmIdentifier(mask)
    guard let used = hashes[identifier.oid.description], identifier.hasNoParameters,
      maskIdentifier.oid.description == maskFunction, let inner = maskIdentifier.parameters
    else { return nil }
    guard try AlgorithmIdentifier(inner).oid == identifier.oid else { return nil }
    let saltLength = try salt.map(saltLength) ?? 20
    return saltLength <= 64 ? .rsaPSS(used, saltLength: saltLength) : nil
  }

  private static func algorithmIdentifier(_ element: DERElement) throws(CertificateError) -> AlgorithmIdentifier {
    var reader = DERReader(element.content)
    let found = try AlgorithmIdentifier(try reader.next(DERTag.sequence))
    try reader.finish()
    return found
  }

  private static func saltLength(_ element: DERElement) throws(CertificateError) -> Int {
    var reader = DERReader(element.content)
    let count = try ExtensionValues.count(try reader.next(DERTag.integer))
    try reader.finish()
    return count
  }
}
