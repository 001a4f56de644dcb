/// How much of a stranger's file is read before it is refused.
public struct FileLimits: Sendable {
  /// Bytes of the whole file.
  public var maximumBytes: Int
  /// Certificates or revocation lists in it.
  public var maximumCount: Int

  public init(maximumBytes: Int = 8 << 20, maximumCount: Int = 1000) {
    self.maximumBytes = maximumBytes
    self.maximumCount = maximumCount
  }
}

/// Reads files of certificates: one in DER, or any number as PEM (RFC 7468).
public enum CertificateFile {
  /// - Returns: at least one, in the file's order.
  /// - Throws: ``CertificateError`` with the place of the certificate, counted from 1.
  public static func read(
    _ bytes: [UInt8], limits: FileLimits = FileLimits()
  ) throws(CertificateError) -> [Certificate] {
    guard !bytes.isEmpty else { throw CertificateError(.empty, "an empty file") }
    guard bytes.count <= limits.maximumBytes else {
      throw CertificateError(.tooLarge, "a file of more than \(limits.maximumBytes) bytes")
    }
    if PEM.isDER(bytes[0], bytes.count > 1 ? bytes[1] : 0) { return [try Certificate(der: bytes)] }
    let blocks = try Self.blocks(bytes, maximum: limits.maximumCount)
    var certificates: [Certificate] = []
    for (index, block) in blocks.enumerated() {
      do throws(CertificateError) {
        certificates.append(try Certificate(der: block))
      } catch {
        throw CertificateError(error.code, "certificate \(index + 1) of \(blocks.count): \(error.detail)")
      }
    }
    return certificates
  }

  private static func blocks(_ bytes: [UInt8], maximum: Int) throws(CertificateError) -> [[UInt8]] {
    try bytes.withUnsafeBufferPointer { bytes throws(CertificateError) in
      try PEM.blocks(UnsafeRawBufferPointer(bytes), label: "CERTIFICATE", maximum: maximum)
    }
  }
}
