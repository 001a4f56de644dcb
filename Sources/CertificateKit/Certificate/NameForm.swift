/// Whether a name is written as its ASN.1 types allow (RFC 5280 section 4.1.2.4, X.690 section 11.6).
extension DistinguishedName {
  /// - Returns: what is wrong, or nil.
  var formDefect: String? {
    for attribute in attributes {
      if let defect = Self.defect(of: attribute) { return defect }
    }
    for (left, right) in zip(attributes, attributes.dropFirst()) where left.relativeName == right.relativeName {
      guard left.encoded.lexicographicallyPrecedes(right.encoded) else {
        return "a name with a set that is not in DER's order"
      }
    }
    return nil
  }

  private static func defect(of attribute: NameAttribute) -> String? {
    let bytes = attribute.bytes
    switch attribute.stringType {
    case DERTag.utf8String where String(validating: bytes, as: UTF8.self) == nil: return "a name with bad UTF-8"
    case DERTag.printableString where !bytes.allSatisfy(isPrintable): return "a PrintableString with other characters"
    case DERTag.ia5String where !bytes.allSatisfy({ $0 < 0x80 }): return "an IA5String with other characters"
    case DERTag.numericString where !bytes.allSatisfy({ $0 == 0x20 || (0x30...0x39).contains($0) }):
      return "a NumericString with other characters"
    case DERTag.visibleString where !bytes.allSatisfy({ (0x20...0x7E).contains($0) }):
      return "a VisibleString with other characters"
    case DERTag.bmpString: return wideDefect(bytes, width: 2)
    case DERTag.universalString: return wideDefect(bytes, width: 4)
    default: break
    }
    return textTypes.contains(attribute.stringType) && bytes.contains(0) ? "a NUL in a name" : nil
  }

  private static let textTypes: Set<UInt8> = [
    DERTag.utf8String, DERTag.printableString, DERTag.ia5String, DERTag.numericString, DERTag.visibleString,
    DERTag.teletexString,
  ]

  private static func wideDefect(_ bytes: [UInt8], width: Int) -> String? {
    guard bytes.count % width == 0 else { return "a wide string of a broken length" }
    let hasNUL = stride(from: 0, to: bytes.count, by: width).contains { start in
      bytes[start..<start + width].allSatisfy { $0 == 0 }
    }
    return hasNUL ? "a NUL in a name" : nil
  }

  /// The alphabet of X.680 section 41.4, and two characters that authorities write all the same: the asterisk of
  /// wildcards and the ampersand of companies.
  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " '()+,-./:=?*&".utf8.contains(byte)
    }
  }
}
