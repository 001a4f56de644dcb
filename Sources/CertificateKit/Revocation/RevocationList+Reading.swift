extension RevocationList {
  /// What stays of the bytes.
  struct Content {
    let issuer: DistinguishedName
    let thisUpdate: Int64
    let nextUpdate: Int64?
    let algorithm: SignatureAlgorithm
    let form: RevocationListForm
    let entries: RevokedEntries
    let signature: [UInt8]
    let signed: SignedBytes?
    let fingerprint: [UInt8]

    init(_ bytes: UnsafeRawBufferPointer) throws(CertificateError) {
      guard !bytes.isEmpty else { throw CertificateError(.empty, "no bytes") }
      guard bytes.count <= RevocationList.maximumSize else {
        throw CertificateError(.tooLarge, "a list of more than \(RevocationList.maximumSize) bytes")
      }
      let raw = RawDER(bytes: bytes)
      let fields = try RevocationListFields(raw)
      var form = RevocationListForm(fields)
      var reader = RevokedEntryReader(raw)
      entries = try fields.revoked.map { list throws(CertificateError) in try reader.read(list) } ?? .empty
      if let defect = reader.defect { form.add(defect) }
      self.form = form
      issuer = fields.issuer
      thisUpdate = fields.thisUpdate
      nextUpdate = fields.nextUpdate
      algorithm = SignatureAlgorithm(fields.outerAlgorithm)
      signature = fields.signature
      signed = SignedBytes(UnsafeRawBufferPointer(rebasing: bytes[fields.tbs.start..<fields.tbs.end]), algorithm)
      fingerprint = Digest.hash(bytes, .sha256)
    }
  }

  static func content(_ der: [UInt8]) throws(CertificateError) -> Content {
    try der.withUnsafeBufferPointer { bytes throws(CertificateError) in
      try Content(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Reads lists: one in DER, or any number as PEM (RFC 7468).
  /// - Throws: ``CertificateError`` with the place of the list, counted from 1.
  public static func read(
    _ bytes: [UInt8], limits: FileLimits = FileLimits(maximumBytes: maximumSize)
  ) throws(CertificateError) -> [RevocationList] {
    try bytes.withUnsafeBufferPointer { bytes throws(CertificateError) in
      try read(UnsafeRawBufferPointer(bytes), limits: limits)
    }
  }

  static func read(
    _ bytes: UnsafeRawBufferPointer, limits: FileLimits
  ) throws(CertificateError) -> [RevocationList] {
    guard !bytes.isEmpty else { throw CertificateError(.empty, "an empty file") }
    guard bytes.count <= limits.maximumBytes else {
      throw CertificateError(.tooLarge, "a file of more than \(limits.maximumBytes) bytes")
    }
    if PEM.isDER(bytes[0], bytes.count > 1 ? bytes[1] : 0) { return [RevocationList(try Content(bytes))] }
    var lists: [RevocationList] = []
    for (index, block) in try PEM.blocks(bytes, label: "X509 CRL", maximum: limits.maximumCount).enumerated() {
      do throws(CertificateError) {
        lists.append(RevocationList(try content(block)))
      } catch {
        throw CertificateError(error.code, "list \(index + 1): \(error.detail)")
      }
    }
    return lists
  }
}
