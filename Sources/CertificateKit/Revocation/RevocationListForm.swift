/// The checks of a revocation list's form: each looks at one rule of RFC 5280 section 5 and says what breaks it.
struct RevocationListForm {
  private enum Known: String, CaseIterable {
    case authorityKeyIdentifier = "2.5.29.35"
    case cRLNumber = "2.5.29.20"
    case deltaCRLIndicator = "2.5.29.27"
    case issuingDistributionPoint = "2.5.29.28"
    case freshestCRL = "2.5.29.46"
    case authorityInfoAccess = "1.3.6.1.5.5.7.1.1"

    static let byOID: [OID: Known] = Dictionary(
      uniqueKeysWithValues: allCases.compactMap { known in OID(known.rawValue).map { ($0, known) } })

    var mustBeCritical: Bool { self == .deltaCRLIndicator || self == .issuingDistributionPoint }
  }

  private(set) var authorityKeyIdentifier: AuthorityKeyIdentifier?
  private(set) var number: [UInt8]?
  private(set) var deltaBase: [UInt8]?
  private(set) var scope: IssuingDistributionPoint?
  private(set) var defects: [RevocationListDefect] = []

  init(_ fields: RevocationListFields) {
    if fields.version != [1] { add(.crlVersion, "the list is not of version 2") }
    if fields.innerAlgorithm.encoded != fields.outerAlgorithm.encoded {
      add(.crlSignatureAlgorithmMismatch, "the two signature algorithms of the list differ")
    }
    if SignatureAlgorithm(fields.outerAlgorithm).refusal != nil {
      add(.crlWeakHash, "the list's signature algorithm is refused")
    }
    if fields.issuer.isEmpty { add(.crlExtensionMalformed, "the list has an empty issuer") }
    if fields.nextUpdate == nil { add(.crlNextUpdateMissing, "the list does not say when the next one comes") }
    if let revoked = fields.revoked, revoked.content == revoked.end {
      add(.crlEntryMalformed, "the list has an empty list of entries")
    }
    readExtensions(fields.extensions)
    if number == nil { add(.crlNumberMissing, "the list has no number") }
    if authorityKeyIdentifier?.keyIdentifier == nil {
      add(.crlAuthorityKeyIdentifierMissing, "the list has no key identifier of its authority")
    }
  }

  mutating func add(_ defect: RevocationListDefect) { defects.append(defect) }

  private mutating func add(_ reason: RejectionReason, _ detail: String) {
    defects.append(RevocationListDefect(reason, detail))
  }

  private mutating func readExtensions(_ fields: [ExtensionField]) {
    var seen: Set<OID> = []
    for field in fields {
      guard seen.insert(field.oid).inserted else {
        add(.crlExtensionDuplicate, "the list has the extension \(field.oid) twice")
        continue
      }
      if field.hasEncodedDefault { add(.crlEncodedDefault, "a default value is written out") }
      guard let known = Known.byOID[field.oid] else {
        if field.isCritical { add(.crlExtensionUnknownCritical, "the list has the critical extension \(field.oid)") }
        continue
      }
      if known.mustBeCritical != field.isCritical {
        add(.crlExtensionCriticality, "the extension \(field.oid) of the list is wrongly critical or not")
      }
      do throws(CertificateError) {
        try read(known, field.value)
      } catch {
        add(.crlExtensionMalformed, "the extension \(field.oid) of the list: \(error.detail)")
      }
    }
  }

  private mutating func read(_ known: Known, _ value: ArraySlice<UInt8>) throws(CertificateError) {
    try DERStrictness.check(value)
    var reader = DERReader(value)
    let element = try reader.next()
    switch known {
    case .authorityKeyIdentifier: authorityKeyIdentifier = try AuthorityKeyIdentifier(element)
    case .cRLNumber: number = try Self.number(element)
    case .deltaCRLIndicator: deltaBase = try Self.number(element)
    case .issuingDistributionPoint: scope = try IssuingDistributionPoint(value)
    case .freshestCRL, .authorityInfoAccess: try ExtensionValues.demand(element, DERTag.sequence)
    }
  }

  /// Positive, of at most 20 octets (RFC 5280 section 5.2.3); without a leading zero, so that it can be compared.
  private static func number(_ element: DERElement) throws(CertificateError) -> [UInt8] {
    try ExtensionValues.demand(element, DERTag.integer)
    guard let first = element.content.first, first < 0x80, element.content.count <= 20 else {
      throw CertificateError(.malformed, "a number that is negative or too long")
    }
    return Array(element.content.drop { $0 == 0 })
  }
}
