extension RejectionReason {
  /// The checks that are ours and not OpenSSL's: each can be switched off by a test, which must then notice.
  static let ownChecks: [RejectionReason] =
    formChecks + strengthChecks + placeChecks + nameChecks + listFormChecks + listUseChecks

  /// RFC 5280 section 4.
  private static let formChecks: [RejectionReason] = [
    .versionNotThree, .serialNumberZero, .serialNumberTooLong, .signatureAlgorithmMismatch, .issuerEmpty, .subjectEmpty,
    .nameMalformed, .encodedDefault, .extensionDuplicate, .extensionMalformed,
    .extensionUnknownCritical, .extensionCriticality, .authorityKeyIdentifierMissing, .subjectKeyIdentifierMissing,
    .basicConstraintsMissing, .basicConstraintsNotCritical, .basicConstraintsInconsistent, .keyUsageMissing,
    .keyUsageInconsistent,
    .nameConstraintsNotInCA, .alternativeNameMalformed, .nameConstraintMalformed,
  ]

  private static let strengthChecks: [RejectionReason] = [
    .weakKey, .unsupportedKey, .weakHash, .unsupportedSignatureAlgorithm,
  ]

  /// RFC 5280 sections 6.1.3 and 4.2.1.12.
  private static let placeChecks: [RejectionReason] = [
    .notYetValid, .expired, .leafIsAnchor, .clientKeyUsage, .clientExtendedKeyUsage, .issuerExtendedKeyUsage,
    .pathTooLong, .keyIdentifierMismatch,
  ]

  /// RFC 5280 section 4.2.1.10, where OpenSSL compares too little.
  private static let nameChecks: [RejectionReason] = [.nameNotProcessed, .nameNotPermitted, .nameExcluded]

  /// RFC 5280 section 5.
  private static let listFormChecks: [RejectionReason] = [
    .crlVersion, .crlSignatureAlgorithmMismatch, .crlExtensionMalformed, .crlExtensionDuplicate,
    .crlExtensionUnknownCritical, .crlExtensionCriticality, .crlNumberMissing, .crlAuthorityKeyIdentifierMissing,
    .crlNextUpdateMissing, .crlEntryMalformed, .crlEntryUnknownCritical, .crlEncodedDefault, .crlWeakHash,
  ]

  /// RFC 5280 section 6.3.
  private static let listUseChecks: [RejectionReason] = [
    .revoked, .crlMissing, .crlNotYetValid, .crlExpired, .crlScope, .crlReasonsIncomplete, .crlIndirect,
    .crlDeltaWithoutBase, .crlSignatureInvalid, .crlSignerNotAuthorised, .crlSignerPath,
  ]

  /// The checks of form that a caller may live without, because authorities break these rules without danger.
  public static let tolerable: Set<RejectionReason> = [
    .authorityKeyIdentifierMissing, .subjectKeyIdentifierMissing, .basicConstraintsNotCritical, .encodedDefault,
    .nameMalformed, .alternativeNameMalformed,
  ]
}

extension ValidationRequest {
  /// Whether a check counts in this validation.
  func demands(_ check: RejectionReason) -> Bool {
    guard !disabled.contains(check) else { return false }
    return !tolerated.contains(check) || !RejectionReason.tolerable.contains(check)
  }
}
