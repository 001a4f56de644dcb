/// Which names the certificates below may have (RFC 5280 section 4.2.1.10).
struct NameConstraints: Sendable {
  let permitted: [GeneralName]
  let excluded: [GeneralName]

  init(_ element: DERElement) throws(CertificateError) {
    try ExtensionValues.demand(element, DERTag.sequence)
    guard !element.content.isEmpty else { throw CertificateError(.malformed, "name constraints without any") }
    var reader = DERReader(element.content)
    permitted = try reader.nextIf(DERTag.constructed(0)).map(Self.subtrees) ?? []
    excluded = try reader.nextIf(DERTag.constructed(1)).map(Self.subtrees) ?? []
    try reader.finish()
  }

  /// GeneralSubtrees: minimum is 0 and therefore not written, maximum is absent.
  private static func subtrees(_ element: DERElement) throws(CertificateError) -> [GeneralName] {
    var reader = DERReader(element.content)
    var bases: [GeneralName] = []
    repeat {
      var subtree = DERReader(try reader.next(DERTag.sequence).content)
      bases.append(try GeneralName(try subtree.next()))
      guard subtree.isAtEnd else { throw CertificateError(.malformed, "a subtree with a minimum or a maximum") }
    } while !reader.isAtEnd
    return bases
  }
}
