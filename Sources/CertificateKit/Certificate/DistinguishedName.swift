import COpenSSL

/// An X.501 name, as structure and never as one string: strings of names cannot be taken apart again safely.
///
/// Two names are equal when RFC 5280 section 7.1 says so: case and spaces of text do not count.
public final class DistinguishedName: @unchecked Sendable {
  // Unchecked: the X509_NAME is made here, never changed, and only read afterwards.
  private let pointer: OpaquePointer
  /// The name in DER.
  public let der: [UInt8]
  /// The attributes in the order of the encoding.
  public let attributes: [NameAttribute]
  /// Equal for equal names.
  let canonicalHash: UInt

  var isEmpty: Bool { attributes.isEmpty }

  init(_ element: DERElement) throws(CertificateError) {
    attributes = try Self.attributes(element)
    der = Array(element.encoded)
    var next: UnsafePointer<UInt8>?
    let count = der.count
    let name = der.withUnsafeBufferPointer { buffer in
      next = buffer.baseAddress
      return d2i_X509_NAME(nil, &next, count)
    }
    guard let name else {
      ERR_clear_error()
      throw CertificateError(.unreadable, "a name that OpenSSL does not read")
    }
    pointer = name
    canonicalHash = COpenSSL_name_hash(name)
  }

  deinit { X509_NAME_free(pointer) }

  private static func attributes(_ element: DERElement) throws(CertificateError) -> [NameAttribute] {
    var found: [NameAttribute] = []
    var sets = DERReader(element.content)
    var index = 0
    while !sets.isAtEnd {
      var set = DERReader(try sets.next(DERTag.set).content)
      guard !set.isAtEnd else { throw CertificateError(.malformed, "an empty relative distinguished name") }
      while !set.isAtEnd { found.append(try attribute(try set.next(DERTag.sequence), index)) }
      index += 1
    }
    return found
  }

  private static func attribute(_ element: DERElement, _ index: Int) throws(CertificateError) -> NameAttribute {
    var pair = DERReader(element.content)
    let type = OID(octets: try pair.next(DERTag.objectIdentifier).content)
    let value = try pair.next()
    try pair.finish()
    return NameAttribute(
      type: type, stringType: value.tag, bytes: Array(value.content), relativeName: index, encoded: element.encoded)
  }
}

extension DistinguishedName: Hashable {
  public static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
    left.canonicalHash == right.canonicalHash && X509_NAME_cmp(left.pointer, right.pointer) == 0
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(canonicalHash) }
}

/// One attribute of a name: a type and a value.
public struct NameAttribute: Sendable, Equatable {
  public let type: OID
  /// The ASN.1 type of the value as an identifier octet: 12 UTF8String, 19 PrintableString, 20 TeletexString,
  /// 22 IA5String, 28 UniversalString, 30 BMPString; anything else in a hostile name.
  public let stringType: UInt8
  /// The value as it stands in the certificate; may hold a NUL.
  public let bytes: [UInt8]
  /// Which relative distinguished name it belongs to, from 0; several attributes can share one.
  public let relativeName: Int
  let encoded: ArraySlice<UInt8>

  /// id-at-commonName, 2.5.4.3.
  public static let commonName = OID(octets: [0x55, 0x04, 0x03])
  /// emailAddress of PKCS #9, 1.2.840.113549.1.9.1.
  static let emailAddress = OID(octets: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01])
}
