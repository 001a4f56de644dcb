/// Why bytes are not a certificate, a revocation list, or a file of them. Equal when the codes are equal.
public struct CertificateError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable word for logs and tests.
  public enum Code: String, Sendable, CaseIterable {
    case empty
    /// More bytes than the limit that the caller or this library sets.
    case tooLarge = "too-large"
    /// The bytes end before the lengths that they announce.
    case truncated
    /// BER that is not DER, or no ASN.1 at all (X.690 section 10).
    case notDER = "not-der"
    case tooDeep = "too-deep"
    /// Something follows the end of the structure.
    case trailingData = "trailing-data"
    /// DER, but not the structure that was expected.
    case malformed
    /// OpenSSL does not read what passed our own reading.
    case unreadable
    /// Neither DER nor a PEM block.
    case notPEM = "not-pem"
    /// A PEM block without an end, or with something else than base64 in it (RFC 7468).
    case malformedPEM = "malformed-pem"
    /// A PEM block of another kind.
    case unexpectedLabel = "unexpected-pem-label"
    case tooMany = "too-many"
    /// The file could not be opened or read.
    case unreadableFile = "unreadable-file"
  }

  public let code: Code
  /// What and where, for people. Holds nothing of the content.
  public let detail: String

  public init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  public var description: String { "\(code.rawValue): \(detail)" }

  public static func == (left: CertificateError, right: CertificateError) -> Bool { left.code == right.code }
}
