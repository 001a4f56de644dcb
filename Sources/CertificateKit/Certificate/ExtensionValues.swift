/// What the extensions of one certificate say, read strictly. An absent extension is nil or empty.
struct ExtensionValues: Sendable {
  var basicConstraints: BasicConstraints?
  var keyUsage: KeyUsage?
  var extendedKeyUsage: [OID]?
  var policies: [OID] = []
  var arePolicyQualifiersKnown = true
  var nameConstraints: NameConstraints?
  var subjectAltNames: [GeneralName]?
  var distributionPoints: [DistributionPoint]?
  var subjectKeyIdentifier: [UInt8]?
  var authorityKeyIdentifier: AuthorityKeyIdentifier?
  var ocspURLs: [String] = []
  var caIssuersURLs: [String] = []
  var hasFreshestCRL = false
  var hasOCSPNoCheck = false
  /// `cA FALSE` was written out (X.690 section 11.5).
  var hasEncodedDefault = false

  /// Reads one extension into its place.
  mutating func read(_ known: KnownExtension, _ field: ExtensionField) throws(CertificateError) {
    try DERStrictness.check(field.value)
    var reader = DERReader(field.value)
    let value = try reader.next()
    switch known {
    case .basicConstraints: try readBasicConstraints(value)
    case .keyUsage: keyUsage = try Self.keyUsage(value)
    case .extendedKeyUsage: extendedKeyUsage = try Self.objectIdentifiers(value)
    case .certificatePolicies: (policies, arePolicyQualifiersKnown) = try PolicyExtensions.policies(value)
    case .policyMappings: try PolicyExtensions.checkMappings(value)
    case .policyConstraints: try PolicyExtensions.checkConstraints(value)
    case .inhibitAnyPolicy: try PolicyExtensions.checkSkipCertificates(value)
    case .subjectAltName: subjectAltNames = try Self.generalNames(value)
    case .issuerAltName: _ = try Self.generalNames(value)
    case .nameConstraints: nameConstraints = try NameConstraints(value)
    case .cRLDistributionPoints: distributionPoints = try Self.distributionPoints(value)
    case .freshestCRL:
      _ = try Self.distributionPoints(value)
      hasFreshestCRL = true
    case .authorityInfoAccess: try readAccess(value)
    case .subjectInfoAccess: _ = try Self.accessDescriptions(value)
    case .subjectKeyIdentifier: subjectKeyIdentifier = try Self.keyIdentifier(value)
    case .authorityKeyIdentifier: authorityKeyIdentifier = try AuthorityKeyIdentifier(value)
    case .ocspNoCheck:
      guard value.tag == DERTag.null else { throw CertificateError(.malformed, "id-pkix-ocsp-nocheck") }
      hasOCSPNoCheck = true
    case .subjectDirectoryAttributes: try Self.demand(value, DERTag.sequence)
    }
  }

  static func demand(_ element: DERElement, _ tag: UInt8) throws(CertificateError) {
    guard element.tag == tag else { throw CertificateError(.malformed, "an extension of another type") }
  }

  /// The elements of a SEQUENCE OF that has at least one.
  static func elements(_ element: DERElement) throws(CertificateError) -> [DERElement] {
    try demand(element, DERTag.sequence)
    var reader = DERReader(element.content)
    var found: [DERElement] = []
    repeat { found.append(try reader.next()) } while !reader.isAtEnd
    return found
  }

  private static func keyUsage(_ value: DERElement) throws(CertificateError) -> KeyUsage {
    try demand(value, DERTag.bitString)
    let usage = KeyUsage(rawValue: try NamedBits.read(value.content))
    guard !usage.isEmpty else { throw CertificateError(.malformed, "a key usage without any") }
    return usage
  }

  private static func objectIdentifiers(_ value: DERElement) throws(CertificateError) -> [OID] {
    var found: [OID] = []
    for element in try elements(value) {
      try demand(element, DERTag.objectIdentifier)
      found.append(OID(octets: element.content))
    }
    return found
  }

  private static func generalNames(_ value: DERElement) throws(CertificateError) -> [GeneralName] {
    try demand(value, DERTag.sequence)
    return try GeneralName.list(value)
  }

  private static func distributionPoints(_ value: DERElement) throws(CertificateError) -> [DistributionPoint] {
    var points: [DistributionPoint] = []
    for element in try elements(value) {
      try demand(element, DERTag.sequence)
      points.append(try DistributionPoint(element))
    }
    return points
  }

  private static func keyIdentifier(_ value: DERElement) throws(CertificateError) -> [UInt8] {
    try demand(value, DERTag.octetString)
    guard !value.content.isEmpty else { throw CertificateError(.malformed, "an empty key identifier") }
    return Array(value.content)
  }

  private mutating func readBasicConstraints(_ value: DERElement) throws(CertificateError) {
    try Self.demand(value, DERTag.sequence)
    var reader = DERReader(value.content)
    let flag = try reader.nextIf(DERTag.boolean)
    let isCA = flag?.content.first == 0xFF
    hasEncodedDefault = flag != nil && !isCA
    let pathLength = try reader.nextIf(DERTag.integer)
    try reader.finish()
    basicConstraints = BasicConstraints(isCA: isCA, pathLength: try pathLength.map(Self.count))
  }

  /// A non-negative INTEGER; whatever is too big to count is as good as unlimited.
  static func count(_ element: DERElement) throws(CertificateError) -> Int {
    guard let first = element.content.first, first < 0x80 else {
      throw CertificateError(.malformed, "a negative count")
    }
    return element.content.count > 4 ? Int(Int32.max) : element.content.reduce(0) { $0 << 8 | Int($1) }
  }
}

/// RFC 5280 section 4.2.1.9.
struct BasicConstraints: Sendable, Equatable {
  let isCA: Bool
  let pathLength: Int?
}
