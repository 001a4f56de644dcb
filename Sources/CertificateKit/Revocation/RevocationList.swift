/// A certificate revocation list (RFC 5280 section 5), read once and never changed.
///
/// Keeps the entries in a compact form and not the bytes: of a list with a million entries some 30 MB stay. Its
/// signature is verified against a digest that is made while the bytes are there.
public final class RevocationList: Sendable {
  /// Larger lists are refused.
  public static let maximumSize = 256 << 20

  public let issuer: DistinguishedName
  /// Seconds since 1970.
  public let thisUpdate: Int64
  /// Seconds since 1970; nil in a list that says nothing and is therefore not used.
  public let nextUpdate: Int64?
  public let signatureAlgorithm: SignatureAlgorithm
  /// cRLNumber, big-endian without leading zeros; nil in a list without one, which is not used.
  public let number: [UInt8]?
  /// SHA-256 over the whole list.
  public let fingerprint: [UInt8]
  let deltaBase: [UInt8]?
  let scope: IssuingDistributionPoint?
  let authorityKeyIdentifier: AuthorityKeyIdentifier?
  let entries: RevokedEntries
  let defects: [RevocationListDefect]
  private let signature: [UInt8]
  private let signed: SignedBytes?
  private let verdicts = SignatureVerdicts()

  /// - Parameter der: one list and nothing after it. Not kept.
  public convenience init(der: [UInt8]) throws(CertificateError) {
    self.init(try Self.content(der))
  }

  init(_ content: Content) {
    issuer = content.issuer
    thisUpdate = content.thisUpdate
    nextUpdate = content.nextUpdate
    signatureAlgorithm = content.algorithm
    number = content.form.number
    fingerprint = content.fingerprint
    deltaBase = content.form.deltaBase
    scope = content.form.scope
    authorityKeyIdentifier = content.form.authorityKeyIdentifier
    entries = content.entries
    defects = content.form.defects
    signature = content.signature
    signed = content.signed
  }

  /// How many serial numbers are on the list.
  public var count: Int { entries.count }
  /// It changes another list and says nothing alone (RFC 5280 section 5.2.4).
  public var isDelta: Bool { deltaBase != nil }

  /// What makes the list useless to every validation, apart from its time, its scope and its signature; nil if nothing
  /// does. A list with a defect must not replace one without.
  public var defect: RevocationListDefect? { defects.first }

  /// Whether two lists are editions of the same one: same issuer, same key, same scope, both deltas or neither.
  public func isSameSeries(as other: RevocationList) -> Bool {
    issuer == other.issuer && isDelta == other.isDelta && hasScope(of: other)
  }

  /// By number (RFC 5280 section 5.2.3); false if either has none.
  public func isNewer(than other: RevocationList) -> Bool {
    guard let number, let old = other.number else { return false }
    return number.count != old.count ? number.count > old.count : old.lexicographicallyPrecedes(number)
  }

  /// Same authority key and same issuing distribution point.
  func hasScope(of other: RevocationList) -> Bool {
    scope?.encoded == other.scope?.encoded
      && authorityKeyIdentifier?.keyIdentifier == other.authorityKeyIdentifier?.keyIdentifier
  }

  /// Whether the list was signed with a certificate's key. Says nothing about names or rights.
  public func isSigned(by signer: Certificate) -> Bool {
    verdicts.verdict(signer.publicKey) { signer.verifies(signed, signature: signature) }
  }

  /// nil if nobody asked yet.
  func knownVerdict(_ signer: Certificate) -> Bool? { verdicts.known(signer.publicKey) }
}
