/// The checks of one certificate in its place, before its signature is looked at.
struct CertificateChecks {
  let request: ValidationRequest

  /// - Parameter position: 0 for the leaf, counted towards the anchor.
  /// - Returns: nil if the certificate may stand there.
  func rejection(of certificate: Certificate, _ place: Defect.Places, at position: Int) -> Rejection? {
    formRejection(certificate, place, position) ?? validityRejection(certificate, position)
      ?? usageRejection(certificate, place, position)
  }

  private func formRejection(_ certificate: Certificate, _ place: Defect.Places, _ position: Int) -> Rejection? {
    certificate.defects.first { !$0.places.isDisjoint(with: place) && request.demands($0.reason) }
      .map { Rejection($0.reason, at: position, $0.detail) }
  }

  /// Both ends are inclusive (RFC 5280 section 4.1.2.5).
  private func validityRejection(_ certificate: Certificate, _ position: Int) -> Rejection? {
    if request.time < certificate.notBefore && request.demands(.notYetValid) {
      return Rejection(.notYetValid, at: position, "valid only from second \(certificate.notBefore) on")
    }
    if request.time > certificate.notAfter && request.demands(.expired) {
      return Rejection(.expired, at: position, "valid only up to second \(certificate.notAfter)")
    }
    return nil
  }

  private func usageRejection(_ certificate: Certificate, _ place: Defect.Places, _ position: Int) -> Rejection? {
    guard request.purpose == .clientAuth else { return nil }
    guard place == .leaf else { return issuerUsageRejection(certificate, position) }
    if let usage = certificate.keyUsage, usage.isDisjoint(with: [.digitalSignature, .keyAgreement]),
      request.demands(.clientKeyUsage)
    {
      return Rejection(.clientKeyUsage, at: position, "its key usage does not allow client authentication")
    }
    // anyExtendedKeyUsage alone may be refused where a purpose is demanded (section 4.2.1.12), and is.
    if let purposes = certificate.extendedKeyUsage, !purposes.contains(.clientAuth),
      request.demands(.clientExtendedKeyUsage)
    {
      return Rejection(.clientExtendedKeyUsage, at: position, "its extended key usage does not name clientAuth")
    }
    return nil
  }

  /// An authority that is limited to other purposes lends this one to nobody.
  private func issuerUsageRejection(_ certificate: Certificate, _ position: Int) -> Rejection? {
    guard let purposes = certificate.extendedKeyUsage, request.demands(.issuerExtendedKeyUsage),
      !purposes.contains(.clientAuth), !purposes.contains(.anyExtendedKeyUsage)
    else { return nil }
    return Rejection(.issuerExtendedKeyUsage, at: position, "an authority for other purposes than clientAuth")
  }
}

extension OID {
  /// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2.
  public static let clientAuth = OID(octets: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02])
  /// anyExtendedKeyUsage, 2.5.29.37.0.
  public static let anyExtendedKeyUsage = OID(octets: [0x55, 0x1D, 0x25, 0x00])
}
