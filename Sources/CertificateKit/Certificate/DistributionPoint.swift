/// Where a revocation list is, and for which reasons (RFC 5280 section 4.2.1.13).
struct DistributionPoint: Sendable {
  /// The name of the point, in one of its two forms.
  enum Name: Sendable {
    case full([GeneralName])
    /// nameRelativeToCRLIssuer: the attributes to append, as the content of a relative distinguished name.
    case relative(ArraySlice<UInt8>)
  }

  let name: Name?
  /// nil for all reasons.
  let reasons: RevocationReasons?
  /// Empty when the certificate's issuer signs the list.
  let crlIssuer: [GeneralName]

  init(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    name = try reader.nextIf(DERTag.constructed(0)).map(Name.init)
    reasons = try reader.nextIf(DERTag.primitive(1)).map(RevocationReasons.init)
    crlIssuer = try reader.nextIf(DERTag.constructed(2)).map(GeneralName.list) ?? []
    try reader.finish()
    guard name != nil || !crlIssuer.isEmpty else {
      throw CertificateError(.malformed, "a distribution point with neither a name nor a list issuer")
    }
  }
}

extension DistributionPoint.Name {
  /// - Parameter element: a DistributionPointName under its explicit tag.
  init(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    let choice = try reader.next()
    try reader.finish()
    switch choice.tag {
    case DERTag.constructed(0): self = .full(try GeneralName.list(choice))
    case DERTag.constructed(1):
      guard !choice.content.isEmpty else { throw CertificateError(.malformed, "an empty relative name") }
      self = .relative(choice.content)
    default: throw CertificateError(.malformed, "a distribution point name of no known form")
    }
  }
}

/// ReasonFlags: bit *n* of the BIT STRING as `1 << n`, 1 (keyCompromise) to 8 (aACompromise).
struct RevocationReasons: OptionSet, Sendable {
  let rawValue: UInt16
  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Every reason that a list can be limited to.
  static let all = RevocationReasons(rawValue: 0b1_1111_1110)

  init(_ element: DERElement) throws(CertificateError) {
    self.init(rawValue: try NamedBits.read(element.content) & Self.all.rawValue)
  }
}
