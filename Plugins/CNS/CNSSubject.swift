public import AccessModel
public import CertificateKit

/// Whom a CNS names: `<fiscal code>/<16-digit card id>.<fingerprint of the card's data>` in its only common name.
///
/// Taken from the DER of the certificate and never from a name written as one string: those differ between products, and
/// the last part may itself hold `/`, `+` and `=`.
public struct CNSSubject: Sendable, Equatable {
  public let fiscalCode: FiscalCode

  /// - Returns: nil if there is no or more than one common name, or if it is anything else than the profile says.
  public init?(_ attributes: [NameAttribute]) {
    let names = attributes.filter { $0.type == NameAttribute.commonName }
    guard names.count == 1, CNSSubject.stringTypes.contains(names[0].stringType) else { return nil }
    self.init(commonName: names[0].bytes)
  }

  /// - Parameter bytes: the value of the one common name.
  public init?(commonName bytes: [UInt8]) {
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), let code = CNSSubject.code(bytes[..<slash]) else {
      return nil
    }
    let rest = bytes[(slash + 1)...]
    guard rest.count > 17, rest.prefix(16).allSatisfy(CNSSubject.isDigit),
      rest[rest.startIndex + 16] == UInt8(ascii: ".")
    else { return nil }
    let tail = rest.dropFirst(17)
    guard (1...40).contains(tail.count), tail.allSatisfy(CNSSubject.isBase64) else { return nil }
    fiscalCode = code
  }

  /// UTF8String and PrintableString.
  private static let stringTypes: Set<UInt8> = [12, 19]

  /// Sixteen characters exactly as written: nothing is folded or trimmed in what an authority has signed.
  private static func code(_ bytes: ArraySlice<UInt8>) -> FiscalCode? {
    guard bytes.count == 16, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let code = try? FiscalCode(text), code.rawValue == text else { return nil }
    return code
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
  }
}
