extension Certificate {
  /// Whether the certificate has the extension and marks it critical (RFC 5280 section 4.2).
  public func isCritical(_ oid: OID) -> Bool { fields.extensions.contains { $0.oid == oid && $0.isCritical } }
}
