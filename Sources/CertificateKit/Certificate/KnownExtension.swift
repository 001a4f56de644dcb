/// The extensions that this library reads (RFC 5280 section 4.2).
enum KnownExtension: String, CaseIterable, Sendable {
  case authorityKeyIdentifier = "2.5.29.35"
  case subjectKeyIdentifier = "2.5.29.14"
  case keyUsage = "2.5.29.15"
  case certificatePolicies = "2.5.29.32"
  case policyMappings = "2.5.29.33"
  case subjectAltName = "2.5.29.17"
  case issuerAltName = "2.5.29.18"
  case subjectDirectoryAttributes = "2.5.29.9"
  case basicConstraints = "2.5.29.19"
  case nameConstraints = "2.5.29.30"
  case policyConstraints = "2.5.29.36"
  case extendedKeyUsage = "2.5.29.37"
  case cRLDistributionPoints = "2.5.29.31"
  case inhibitAnyPolicy = "2.5.29.54"
  case freshestCRL = "2.5.29.46"
  case authorityInfoAccess = "1.3.6.1.5.5.7.1.1"
  case subjectInfoAccess = "1.3.6.1.5.5.7.1.11"
  case ocspNoCheck = "1.3.6.1.5.5.7.48.1.5"

  private static let byOID: [OID: KnownExtension] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { known in OID(known.rawValue).map { ($0, known) } })

  init?(_ oid: OID) {
    guard let known = Self.byOID[oid] else { return nil }
    self = known
  }

  /// What RFC 5280 demands of the critical flag, as a MUST for the authority. Name constraints and policy constraints
  /// must be critical too, but authorities leave that out, and the constraints hold all the same.
  enum Criticality: Sendable {
    case either
    case never
    case always
  }

  var criticality: Criticality {
    switch self {
    case .authorityKeyIdentifier, .subjectKeyIdentifier, .freshestCRL, .authorityInfoAccess, .subjectInfoAccess,
      .subjectDirectoryAttributes:
      .never
    case .inhibitAnyPolicy: .always
    default: .either
    }
  }

  /// Whether path validation acts on it, so that it may be critical.
  var isProcessed: Bool {
    switch self {
    case .keyUsage, .certificatePolicies, .policyMappings, .subjectAltName, .basicConstraints, .nameConstraints,
      .policyConstraints, .extendedKeyUsage, .cRLDistributionPoints, .inhibitAnyPolicy, .ocspNoCheck:
      true
    default: false
    }
  }
}

/// An extension of a certificate or a revocation list.
struct ExtensionField: Sendable {
  let oid: OID
  let isCritical: Bool
  /// The content of the OCTET STRING.
  let value: ArraySlice<UInt8>
  /// `critical FALSE` was written out, which DER forbids (X.690 section 11.5).
  let hasEncodedDefault: Bool

  init(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    oid = OID(octets: try reader.next(DERTag.objectIdentifier).content)
    let flag = try reader.nextIf(DERTag.boolean)
    isCritical = flag?.content.first == 0xFF
    hasEncodedDefault = flag != nil && !isCritical
    value = try reader.next(DERTag.octetString).content
    try reader.finish()
  }

  /// Extensions: at least one.
  static func list(_ element: DERElement) throws(CertificateError) -> [ExtensionField] {
    var outer = DERReader(element.content)
    var reader = DERReader(try outer.next(DERTag.sequence).content)
    try outer.finish()
    var fields: [ExtensionField] = []
    repeat { fields.append(try ExtensionField(try reader.next(DERTag.sequence))) } while !reader.isAtEnd
    return fields
  }
}
