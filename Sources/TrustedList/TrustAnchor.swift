import Crypto

/// A certificate that a fitting service of the list holds. Two with the same bytes are one.
public struct TrustAnchor: Sendable, Hashable {
  /// The certificate as the list carries it. Only its outermost length was checked: whoever trusts it parses it.
  public let der: [UInt8]
  public let fingerprint: CertificateFingerprint
  /// The service's name, safe to print.
  public let service: String

  public init(der: [UInt8], service: String) {
    self.der = der
    self.service = service
    fingerprint = CertificateFingerprint(of: der)
  }
}

/// SHA-256 of a certificate's DER.
public struct CertificateFingerprint: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// 64 small hexadecimal digits.
  public let hexadecimal: String

  public init(of der: [UInt8]) { hexadecimal = Digest.hexadecimal(der) }

  public var description: String { hexadecimal }
  public static func < (left: Self, right: Self) -> Bool { left.hexadecimal < right.hexadecimal }
}

enum Digest {
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
