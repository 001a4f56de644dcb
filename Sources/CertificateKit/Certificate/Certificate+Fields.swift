/// What a certificate says, for those who look at more than the path.
extension Certificate {
  /// 1 to 3.
  public var version: Int { fields.version }
  /// The content octets of the INTEGER: big-endian, two's complement.
  public var serialNumber: [UInt8] { fields.serialNumber }
  public var issuer: DistinguishedName { fields.issuer }
  public var subject: DistinguishedName { fields.subject }
  /// Seconds since 1970; the certificate is valid at this second.
  public var notBefore: Int64 { fields.notBefore }
  /// Seconds since 1970; the certificate is still valid at this second.
  public var notAfter: Int64 { fields.notAfter }
  /// The attributes of the subject, in order.
  public var subjectAttributes: [NameAttribute] { subject.attributes }
  /// Issuer and subject are the same name.
  public var isSelfIssued: Bool { issuer == subject }

  /// Self-issued, and with its own key as far as it says.
  var namesItselfAsIssuer: Bool {
    isSelfIssued && (authorityKeyIdentifier == nil || authorityKeyIdentifier == subjectKeyIdentifier)
  }
  /// The extensions that are marked critical, in order.
  public var criticalExtensions: [OID] { fields.extensions.filter(\.isCritical).map(\.oid) }
  /// cA of the basic constraints.
  public var isCA: Bool { values.basicConstraints?.isCA == true }
  /// nil if the certificate has no such extension.
  public var keyUsage: KeyUsage? { values.keyUsage }
  /// nil if the certificate has no such extension.
  public var extendedKeyUsage: [OID]? { values.extendedKeyUsage }
  /// The policies that the certificate itself names; those that hold for a path are in ``ValidatedPath``.
  public var policies: [OID] { values.policies }
  public var subjectKeyIdentifier: [UInt8]? { values.subjectKeyIdentifier }
  public var authorityKeyIdentifier: [UInt8]? { values.authorityKeyIdentifier?.keyIdentifier }

  /// The `http` and `https` addresses of revocation lists. Follow them only once the path is trusted.
  public var crlURLs: [String] {
    (values.distributionPoints ?? []).flatMap { point -> [String] in
      guard case .full(let names) = point.name, point.crlIssuer.isEmpty else { return [] }
      return names.compactMap(ExtensionValues.webAddress)
    }
  }

  /// The `http` and `https` addresses of OCSP responders. Follow them only once the path is trusted.
  public var ocspURLs: [String] { values.ocspURLs }
  /// The `http` and `https` addresses of the issuer's certificates.
  public var caIssuersURLs: [String] { values.caIssuersURLs }
  /// id-pkix-ocsp-nocheck: a responder's certificate whose revocation is not asked about (RFC 6960 section 4.2.2.2.1).
  public var hasOCSPNoCheck: Bool { values.hasOCSPNoCheck }
}
