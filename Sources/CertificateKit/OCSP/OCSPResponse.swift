/// OCSPResponse (RFC 6960 section 4.2.1), read from strict DER and not yet believed.
struct OCSPResponse: Sendable {
  /// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
  private static let basicType = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01])

  /// OCSPResponseStatus; 0 is `successful`.
  let status: UInt8
  /// nil if the response has none, or one of another type.
  let basic: OCSPBasicResponse?

  init(_ bytes: [UInt8]) throws(CertificateError) {
    guard !bytes.isEmpty else { throw CertificateError(.empty, "no bytes") }
    guard bytes.count <= OCSPRules.maximumSize else {
      throw CertificateError(.tooLarge, "more than \(OCSPRules.maximumSize) bytes")
    }
    try DERStrictness.check(bytes[...])
    var outer = DERReader(bytes)
    var reader = DERReader(try outer.next(DERTag.sequence).content)
    let number = try reader.next(DERTag.enumerated).content
    guard number.count == 1, let status = number.first else { throw CertificateError(.malformed, "a response status") }
    self.status = status
    basic = try reader.nextIf(DERTag.constructed(0)).flatMap(Self.basic)
    try reader.finish()
  }

  private static func basic(_ element: DERElement) throws(CertificateError) -> OCSPBasicResponse? {
    var outer = DERReader(element.content)
    var reader = DERReader(try outer.next(DERTag.sequence).content)
    try outer.finish()
    let type = OID(octets: try reader.next(DERTag.objectIdentifier).content)
    let response = try reader.next(DERTag.octetString).content
    try reader.finish()
    return type == basicType ? try OCSPBasicResponse(response) : nil
  }
}

/// BasicOCSPResponse with its ResponseData.
struct OCSPBasicResponse: Sendable {
  private static let maximumCertificates = 8

  /// What the signature is over.
  let signed: [UInt8]
  let algorithm: SignatureAlgorithm
  let signature: [UInt8]
  let responder: OCSPResponderID
  /// Seconds since 1970.
  let producedAt: Int64
  let singles: [OCSPSingleResponse]
  let extensions: [ExtensionField]
  /// Those of the certificates in the response that can be read; believed for nothing.
  let certificates: [Certificate]

  init(_ bytes: ArraySlice<UInt8>) throws(CertificateError) {
    try DERStrictness.check(bytes)
    var outer = DERReader(bytes)
    var reader = DERReader(try outer.next(DERTag.sequence).content)
    let data = try reader.next(DERTag.sequence)
    signed = Array(data.encoded)
    algorithm = SignatureAlgorithm(try AlgorithmIdentifier(try reader.next(DERTag.sequence)))
    signature = try CertificateFields.wholeOctets(try reader.next(DERTag.bitString))
    certificates = try reader.nextIf(DERTag.constructed(0)).map(Self.certificates) ?? []
    try reader.finish()
    var fields = DERReader(data.content)
    guard fields.nextTag != DERTag.constructed(0) else {
      throw CertificateError(.notDER, "a version that is not the default, or is and is written out")
    }
    responder = try OCSPResponderID(try fields.next())
    producedAt = try Self.time(try fields.next(DERTag.generalizedTime))
    singles = try Self.singles(try fields.next(DERTag.sequence))
    extensions = try fields.nextIf(DERTag.constructed(1)).map(ExtensionField.list) ?? []
    try fields.finish()
  }

  private static func singles(_ element: DERElement) throws(CertificateError) -> [OCSPSingleResponse] {
    var reader = DERReader(element.content)
    var found: [OCSPSingleResponse] = []
    while !reader.isAtEnd { found.append(try OCSPSingleResponse(try reader.next(DERTag.sequence))) }
    return found
  }

  private static func certificates(_ element: DERElement) throws(CertificateError) -> [Certificate] {
    var outer = DERReader(element.content)
    var reader = DERReader(try outer.next(DERTag.sequence).content)
    try outer.finish()
    var found: [Certificate] = []
    var count = 0
    while !reader.isAtEnd {
      count += 1
      guard count <= maximumCertificates else {
        throw CertificateError(.tooMany, "more than \(maximumCertificates) certificates")
      }
      let element = try reader.next()
      if let certificate = try? Certificate(der: Array(element.encoded)) { found.append(certificate) }
    }
    return found
  }

  static func time(_ element: DERElement) throws(CertificateError) -> Int64 {
    guard let seconds = DERTime.seconds(element) else {
      throw CertificateError(.malformed, "a time that is not written as RFC 5280 section 4.1.2.5.2 demands")
    }
    return seconds
  }
}

/// How a responder calls itself.
enum OCSPResponderID: Sendable {
  case name(DistinguishedName)
  /// SHA-1 over its key, as in ``OCSPCertificateID``.
  case key([UInt8])

  init(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    switch element.tag {
    case DERTag.constructed(1): self = .name(try DistinguishedName(try reader.next(DERTag.sequence)))
    case DERTag.constructed(2): self = .key(Array(try reader.next(DERTag.octetString).content))
    default: throw CertificateError(.malformed, "a responder without a name or a key")
    }
    try reader.finish()
  }

  func names(_ certificate: Certificate) -> Bool {
    switch self {
    case .name(let name): certificate.subject == name
    case .key(let hash): hash.count == SHA1.size && SHA1.hash(certificate.publicKey.keyBits) == hash
    }
  }
}
