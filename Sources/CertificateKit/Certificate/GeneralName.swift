/// A GeneralName (RFC 5280 section 4.2.1.6), the values as they stand in the encoding.
enum GeneralName: Sendable, Equatable {
  case rfc822Name([UInt8])
  case dNSName([UInt8])
  case directoryName(DistinguishedName)
  case uniformResourceIdentifier([UInt8])
  case iPAddress([UInt8])
  /// otherName, x400Address, ediPartyName, registeredID: the context tag, and the content.
  case other(tag: UInt8, [UInt8])

  /// The context-specific tag number, 0 to 8.
  var form: UInt8 {
    switch self {
    case .rfc822Name: 1
    case .dNSName: 2
    case .directoryName: 4
    case .uniformResourceIdentifier: 6
    case .iPAddress: 7
    case .other(let tag, _): tag
    }
  }

  init(_ element: DERElement) throws(CertificateError) {
    let content = Array(element.content)
    switch element.tag {
    case DERTag.primitive(1): self = .rfc822Name(content)
    case DERTag.primitive(2): self = .dNSName(content)
    case DERTag.constructed(4):
      var reader = DERReader(element.content)
      self = .directoryName(try DistinguishedName(try reader.next(DERTag.sequence)))
      try reader.finish()
    case DERTag.primitive(6): self = .uniformResourceIdentifier(content)
    case DERTag.primitive(7): self = .iPAddress(content)
    case DERTag.constructed(0), DERTag.constructed(3), DERTag.constructed(5), DERTag.primitive(8):
      self = .other(tag: element.tag & 0x1F, content)
    default: throw CertificateError(.malformed, "a general name of no known form")
    }
  }

  /// GeneralNames: at least one.
  static func list(_ element: DERElement) throws(CertificateError) -> [GeneralName] {
    var reader = DERReader(element.content)
    var names: [GeneralName] = []
    repeat { names.append(try GeneralName(try reader.next())) } while !reader.isAtEnd
    return names
  }
}
