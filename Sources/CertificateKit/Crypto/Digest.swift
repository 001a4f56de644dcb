import COpenSSL

/// Hashes of OpenSSL.
enum Digest {
  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { hash($0, .sha256) }
  }

  /// - Returns: empty if OpenSSL fails, which no digest equals.
  static func hash(_ bytes: UnsafeRawBufferPointer, _ algorithm: SignatureAlgorithm.Hash) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_Digest(bytes.baseAddress, bytes.count, &output, &count, algorithm.method, nil) == 1 else { return [] }
    return Array(output.prefix(Int(count)))
  }
}

extension SignatureAlgorithm.Hash {
  var method: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    }
  }
}
