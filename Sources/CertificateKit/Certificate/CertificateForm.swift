/// The checks of a certificate's form: each looks at one rule of RFC 5280 section 4 and says what breaks it.
struct CertificateForm: Sendable {
  let fields: CertificateFields
  private(set) var values = ExtensionValues()
  private(set) var defects: [Defect] = []

  init(_ fields: CertificateFields) {
    self.fields = fields
    readExtensions()
    checkFields()
    checkNames()
    checkCriticality()
    checkKeyIdentifiers()
    checkBasicConstraints()
    checkKeyUsage()
    checkNameConstraints()
  }

  private var isCA: Bool { values.basicConstraints?.isCA == true }

  private mutating func add(_ reason: RejectionReason, _ detail: String, _ places: Defect.Places = .path) {
    defects.append(Defect(reason, detail, places))
  }

  private mutating func readExtensions() {
    var seen: Set<OID> = []
    for field in fields.extensions {
      guard seen.insert(field.oid).inserted else {
        add(.extensionDuplicate, "the extension \(field.oid) is there twice", .everywhere)
        continue
      }
      guard let known = KnownExtension(field.oid) else { continue }
      do throws(CertificateError) {
        try values.read(known, field)
      } catch {
        add(.extensionMalformed, "the extension \(field.oid): \(error.detail)", .everywhere)
      }
    }
    if fields.extensions.contains(where: \.hasEncodedDefault) || fields.hasEncodedDefaultVersion
      || values.hasEncodedDefault
    {
      add(.encodedDefault, "a default value is written out")
    }
  }

  private mutating func checkFields() {
    if fields.version != 3 {
      add(.versionNotThree, "version \(fields.version)", fields.extensions.isEmpty ? .path : .everywhere)
    }
    if fields.serialNumber.allSatisfy({ $0 == 0 }) { add(.serialNumberZero, "the serial number is 0") }
    if fields.serialNumber.count > 20 { add(.serialNumberTooLong, "the serial number has more than 20 octets") }
    if fields.innerAlgorithm.encoded != fields.outerAlgorithm.encoded {
      add(.signatureAlgorithmMismatch, "the two signature algorithms differ")
    }
  }

  private mutating func checkNames() {
    if fields.issuer.isEmpty { add(.issuerEmpty, "an empty issuer") }
    if let defect = fields.issuer.formDefect ?? fields.subject.formDefect { add(.nameMalformed, defect) }
    let mayBeEmpty = !isCA && isCritical(.subjectAltName)
    if fields.subject.isEmpty && !mayBeEmpty {
      add(.subjectEmpty, "an empty subject without a critical alternative name", .everywhere)
    }
    for name in values.subjectAltNames ?? [] {
      if let defect = NameSyntax.defect(of: name) { add(.alternativeNameMalformed, defect) }
    }
  }

  private func isCritical(_ known: KnownExtension) -> Bool {
    fields.extensions.contains { KnownExtension($0.oid) == known && $0.isCritical }
  }

  private mutating func checkCriticality() {
    for field in fields.extensions {
      let known = KnownExtension(field.oid)
      switch known?.criticality ?? .either {
      case .never where field.isCritical: add(.extensionCriticality, "the extension \(field.oid) must not be critical")
      case .always where !field.isCritical: add(.extensionCriticality, "the extension \(field.oid) must be critical")
      default: break
      }
      if field.isCritical && known?.isProcessed != true {
        add(.extensionUnknownCritical, "the critical extension \(field.oid) is not processed", .everywhere)
      }
    }
    if !values.arePolicyQualifiersKnown && isCritical(.certificatePolicies) {
      add(.extensionUnknownCritical, "a critical policy with a qualifier that is not processed")
    }
    if isCA && values.basicConstraints != nil && !isCritical(.basicConstraints) {
      add(.basicConstraintsNotCritical, "basic constraints of an authority must be critical", .everywhere)
    }
  }

  private mutating func checkKeyIdentifiers() {
    if values.authorityKeyIdentifier?.keyIdentifier == nil {
      add(.authorityKeyIdentifierMissing, "no key identifier of the authority")
    }
    if isCA && values.subjectKeyIdentifier == nil {
      add(.subjectKeyIdentifierMissing, "an authority without a key identifier", .everywhere)
    }
  }

  private mutating func checkBasicConstraints() {
    if fields.version == 3 && !isCA {
      add(.basicConstraintsMissing, "no basic constraints that say it is an authority", .issuers)
    }
    if values.basicConstraints?.pathLength != nil && (!isCA || values.keyUsage?.contains(.keyCertSign) == false) {
      add(.basicConstraintsInconsistent, "a path length where no certificates can be signed", .everywhere)
    }
  }

  private mutating func checkKeyUsage() {
    if values.keyUsage == nil {
      add(.keyUsageMissing, "an authority without a key usage", isCA ? .path : .intermediate)
    }
    if values.keyUsage?.contains(.keyCertSign) == true && !isCA {
      add(.keyUsageInconsistent, "a key usage for signing certificates that is no authority's", .everywhere)
    }
  }

  private mutating func checkNameConstraints() {
    guard let constraints = values.nameConstraints else { return }
    if !isCA { add(.nameConstraintsNotInCA, "name constraints of no authority", .everywhere) }
    for name in constraints.permitted + constraints.excluded {
      if let defect = ConstraintSyntax.defect(of: name) { add(.nameConstraintMalformed, defect, .everywhere) }
    }
  }
}
