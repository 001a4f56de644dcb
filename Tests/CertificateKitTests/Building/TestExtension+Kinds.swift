/// The extensions of RFC 5280, well formed.
extension TestExtension {
  static let authorityKeyID = "2.5.29.35"
  static let subjectKeyID = "2.5.29.14"
  static let keyUsageID = "2.5.29.15"
  static let basicConstraintsID = "2.5.29.19"
  static let policiesID = "2.5.29.32"
  static let alternativeNameID = "2.5.29.17"
  static let purposesID = "2.5.29.37"
  static let numberID = "2.5.29.20"
  static let scopeID = "2.5.29.28"
  static let deltaID = "2.5.29.27"
  static let clientAuth = "1.3.6.1.5.5.7.3.2"
  static let serverAuth = "1.3.6.1.5.5.7.3.1"
  static let anyPurpose = "2.5.29.37.0"

  static let subjectKeyIdentifier = TestExtension(subjectKeyID) { subject, _ in DER.octets(subject.identifier) }
  static let authorityKeyIdentifier = TestExtension(authorityKeyID) { _, issuer in
    DER.sequence(DER.primitive(0, issuer.identifier))
  }

  static func basicConstraints(isCA: Bool, pathLength: Int? = nil, critical: Bool = true) -> TestExtension {
    let parts = [isCA ? DER.boolean(true) : [], pathLength.map { DER.integer($0) } ?? []]
    return TestExtension(basicConstraintsID, critical: critical, DER.sequence(of: parts))
  }

  /// - Parameter bits: numbers of RFC 5280 section 4.2.1.3.
  static func keyUsage(_ bits: Int..., critical: Bool = true) -> TestExtension {
    TestExtension(keyUsageID, critical: critical, namedBits(bits))
  }

  static func namedBits(_ bits: [Int], tag: UInt8 = 0x03) -> [UInt8] {
    let last = bits.max() ?? 0
    var octets = [UInt8](repeating: 0, count: last / 8 + 1)
    for bit in bits { octets[bit / 8] |= 0x80 >> UInt8(bit % 8) }
    return DER.element(tag, [UInt8(7 - last % 8)] + octets)
  }

  static func purposes(_ oids: String..., critical: Bool = false) -> TestExtension {
    TestExtension(purposesID, critical: critical, DER.sequence(of: oids.map(DER.oid)))
  }

  static func policies(_ oids: String...) -> TestExtension {
    TestExtension(policiesID, DER.sequence(of: oids.map { DER.sequence(DER.oid($0)) }))
  }

  static func policyMappings(_ pairs: (String, String)...) -> TestExtension {
    TestExtension(
      "2.5.29.33", critical: true, DER.sequence(of: pairs.map { DER.sequence(DER.oid($0.0), DER.oid($0.1)) }))
  }

  static func policyConstraints(requireExplicit: Int? = nil, inhibitMapping: Int? = nil) -> TestExtension {
    let parts = [
      requireExplicit.map { DER.primitive(0, [UInt8($0)]) } ?? [],
      inhibitMapping.map { DER.primitive(1, [UInt8($0)]) } ?? [],
    ]
    return TestExtension("2.5.29.36", critical: true, DER.sequence(of: parts))
  }

  static func inhibitAnyPolicy(_ skip: Int) -> TestExtension {
    TestExtension("2.5.29.54", critical: true, DER.integer(skip))
  }

  static func alternativeNames(_ names: [UInt8]..., critical: Bool = false) -> TestExtension {
    TestExtension(alternativeNameID, critical: critical, DER.sequence(of: names))
  }

  static func nameConstraints(
    permitted: [[UInt8]] = [], excluded: [[UInt8]] = [], critical: Bool = true
  ) -> TestExtension {
    func subtrees(_ number: UInt8, _ bases: [[UInt8]]) -> [UInt8] {
      bases.isEmpty ? [] : DER.constructed(number, bases.flatMap { DER.sequence($0) })
    }
    return TestExtension(
      "2.5.29.30", critical: critical, DER.sequence(subtrees(0, permitted), subtrees(1, excluded)))
  }

  /// - Parameter reasons: bits of ReasonFlags; nil for none.
  static func distributionPoints(_ names: [UInt8]..., reasons: [Int]? = nil) -> TestExtension {
    TestExtension(
      "2.5.29.31",
      DER.sequence(
        of: names.map { name in
          DER.sequence(
            DER.constructed(0, DER.constructed(0, name)), reasons.map { namedBits($0, tag: 0x81) } ?? [])
        }))
  }

  static func number(_ number: Int) -> TestExtension { TestExtension(numberID, DER.integer(number)) }
  static func deltaBase(_ number: Int) -> TestExtension { TestExtension(deltaID, critical: true, DER.integer(number)) }

  static func scope(
    name: [UInt8]? = nil, userCertificates: Bool = false, authorities: Bool = false, reasons: [Int]? = nil,
    indirect: Bool = false, attributes: Bool = false
  ) -> TestExtension {
    let parts = [
      name.map { DER.constructed(0, DER.constructed(0, $0)) } ?? [],
      userCertificates ? [0x81, 0x01, 0xFF] : [], authorities ? [0x82, 0x01, 0xFF] : [],
      reasons.map { namedBits($0, tag: 0x83) } ?? [], indirect ? [0x84, 0x01, 0xFF] : [],
      attributes ? [0x85, 0x01, 0xFF] : [],
    ]
    return TestExtension(scopeID, critical: true, DER.sequence(of: parts))
  }
}

/// General names.
enum Name {
  static func dns(_ host: String) -> [UInt8] { DER.primitive(2, Array(host.utf8)) }
  static func mail(_ mailbox: String) -> [UInt8] { DER.primitive(1, Array(mailbox.utf8)) }
  static func uri(_ uri: String) -> [UInt8] { DER.primitive(6, Array(uri.utf8)) }
  static func address(_ octets: UInt8...) -> [UInt8] { DER.primitive(7, octets) }
  static func directory(_ name: [UInt8]) -> [UInt8] { DER.constructed(4, name) }
  static func other(_ oid: String, _ value: [UInt8]) -> [UInt8] {
    DER.constructed(0, DER.oid(oid) + DER.constructed(0, value))
  }
  static func registered(_ oid: String) -> [UInt8] { DER.primitive(8, Array(DER.oid(oid).dropFirst(2))) }
}
