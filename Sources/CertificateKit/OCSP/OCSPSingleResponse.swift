/// SingleResponse (RFC 6960 section 4.2.1): what is said about one certificate.
struct OCSPSingleResponse: Sendable {
  enum Status: Sendable, Equatable {
    case good
    /// - Parameter at: seconds since 1970.
    case revoked(at: Int64, RevocationReason)
    case unknown
  }

  /// nil for a certificate that is named in another way than we ask.
  let certificateID: OCSPCertificateID?
  let status: Status
  /// Seconds since 1970.
  let thisUpdate: Int64
  /// Seconds since 1970; nil if newer information is there at any time.
  let nextUpdate: Int64?
  let extensions: [ExtensionField]

  init(_ element: DERElement) throws(CertificateError) {
    var reader = DERReader(element.content)
    certificateID = try OCSPCertificateID(try reader.next(DERTag.sequence))
    status = try Self.status(try reader.next())
    thisUpdate = try OCSPBasicResponse.time(try reader.next(DERTag.generalizedTime))
    nextUpdate = try reader.nextIf(DERTag.constructed(0)).map(Self.explicitTime)
    extensions = try reader.nextIf(DERTag.constructed(1)).map(ExtensionField.list) ?? []
    try reader.finish()
  }

  private static func explicitTime(_ element: DERElement) throws(CertificateError) -> Int64 {
    var reader = DERReader(element.content)
    let time = try OCSPBasicResponse.time(try reader.next(DERTag.generalizedTime))
    try reader.finish()
    return time
  }

  private static func status(_ element: DERElement) throws(CertificateError) -> Status {
    switch element.tag {
    case DERTag.primitive(0) where element.content.isEmpty: return .good
    case DERTag.constructed(1): return try revoked(element)
    case DERTag.primitive(2) where element.content.isEmpty: return .unknown
    default: throw CertificateError(.malformed, "a certificate status")
    }
  }

  /// A reason that nobody knows takes nothing from the revocation.
  private static func revoked(_ element: DERElement) throws(CertificateError) -> Status {
    var reader = DERReader(element.content)
    let time = try OCSPBasicResponse.time(try reader.next(DERTag.generalizedTime))
    let reason = try reader.nextIf(DERTag.constructed(0)).map(reason) ?? .unspecified
    try reader.finish()
    return .revoked(at: time, reason)
  }

  private static func reason(_ element: DERElement) throws(CertificateError) -> RevocationReason {
    var reader = DERReader(element.content)
    let content = try reader.next(DERTag.enumerated).content
    try reader.finish()
    guard content.count == 1, let code = content.first else { return .unspecified }
    return RevocationReason(rawValue: code) ?? .unspecified
  }
}
