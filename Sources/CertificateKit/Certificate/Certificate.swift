import COpenSSL

/// An X.509 certificate (RFC 5280 section 4), read once from strict DER and never changed.
///
/// Reading demands DER and the structure; what else a certificate does against the profile is judged when a path with
/// it is validated. Two certificates are equal when their bytes are.
public final class Certificate: Sendable {
  /// Larger ones are refused: a certificate of a person or an authority has some 2,000 bytes.
  public static let maximumSize = 65_536

  /// The whole certificate.
  public let der: [UInt8]
  /// SHA-256 over the whole certificate.
  public let fingerprint: [UInt8]
  public let publicKey: PublicKey
  public let signatureAlgorithm: SignatureAlgorithm
  let fields: CertificateFields
  let values: ExtensionValues
  let defects: [Defect]
  let handle: X509Handle
  let signatureVerdicts = SignatureVerdicts()

  /// - Parameter der: one certificate and nothing after it.
  public init(der: [UInt8]) throws(CertificateError) {
    guard !der.isEmpty else { throw CertificateError(.empty, "no bytes") }
    guard der.count <= Self.maximumSize else {
      throw CertificateError(.tooLarge, "a certificate of more than \(Self.maximumSize) bytes")
    }
    try DERStrictness.check(der[...])
    fields = try CertificateFields(der)
    handle = try X509Handle(der: der)
    self.der = der
    fingerprint = Digest.sha256(der)
    publicKey = PublicKey(handle.publicKey, info: Array(fields.keyInfo.encoded), keyBits: fields.keyBits)
    signatureAlgorithm = SignatureAlgorithm(fields.outerAlgorithm)
    let form = CertificateForm(fields)
    values = form.values
    defects =
      form.defects
      + Strength.defects(
        key: publicKey, keyAlgorithm: fields.keyAlgorithm, signature: signatureAlgorithm,
        hasReadableExtensions: handle.hasReadableExtensions)
  }
}

extension Certificate: Hashable {
  public static func == (left: Certificate, right: Certificate) -> Bool { left === right || left.der == right.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
