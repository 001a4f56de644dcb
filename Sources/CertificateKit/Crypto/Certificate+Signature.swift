import COpenSSL

extension Certificate {
  /// Whether the certificate's signature was made with another certificate's key. Says nothing about names or rights.
  public func isSigned(by issuer: Certificate) -> Bool {
    signatureVerdicts.verdict(issuer.publicKey) {
      guard let key = issuer.handle.publicKey else { return false }
      defer { ERR_clear_error() }
      return X509_verify(handle.pointer, key) == 1
    }
  }

  /// Whether a message was signed with this certificate's key.
  /// - Returns: false as well for a key or an algorithm that is too weak.
  public func verifies(signature: [UInt8], of message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
    message.withUnsafeBytes { verifies(SignedBytes($0, algorithm), signature: signature) }
  }

  func verifies(_ signed: SignedBytes?, signature: [UInt8]) -> Bool {
    let isStrong = !defects.contains { $0.reason == .weakKey || $0.reason == .unsupportedKey }
    guard isStrong, let signed, let key = handle.publicKey, signed.fits(publicKey.kind) else { return false }
    defer { ERR_clear_error() }
    switch signed.content {
    case .digest(let digest, let hash, let saltLength):
      return COpenSSL_verify_digest(
        key, hash.method, Int32(saltLength ?? -1), signature, signature.count, digest, digest.count) == 1
    case .message(let message):
      return COpenSSL_verify_message(key, signature, signature.count, message, message.count) == 1
    }
  }
}

/// What a signature is over: the digest, or for the Edwards curves the message.
struct SignedBytes: Sendable {
  enum Content: Sendable {
    case digest([UInt8], SignatureAlgorithm.Hash, saltLength: Int?)
    case message([UInt8])
  }

  let algorithm: SignatureAlgorithm
  let content: Content

  /// - Returns: nil for algorithms that are too weak or unknown.
  init?(_ bytes: UnsafeRawBufferPointer, _ algorithm: SignatureAlgorithm) {
    self.algorithm = algorithm
    switch algorithm {
    case .rsa(let hash), .ecdsa(let hash): content = .digest(Digest.hash(bytes, hash), hash, saltLength: nil)
    case .rsaPSS(let hash, let saltLength): content = .digest(Digest.hash(bytes, hash), hash, saltLength: saltLength)
    case .ed25519, .ed448: content = .message(Array(bytes))
    case .weak, .unknown: return nil
    }
  }

  /// Whether a key of this kind can have made the signature.
  func fits(_ kind: PublicKey.Kind) -> Bool {
    switch algorithm {
    case .rsa: kind == .rsa
    case .rsaPSS: kind == .rsa || kind == .rsaPSS
    case .ecdsa: kind == .ec
    case .ed25519: kind == .ed25519
    case .ed448: kind == .ed448
    case .weak, .unknown: false
    }
  }
}
