/// Which certificates and which reasons a list covers (RFC 5280 section 6.3.3 steps (b) and (d)).
struct ListScope {
  private let certificate: Certificate

  init(_ check: RevocationCheck) { certificate = check.certificate }

  /// - Returns: the reasons for which the list speaks about the certificate; nil if it does not speak about it at all.
  func reasons(_ list: RevocationList, _ request: ValidationRequest) -> RevocationReasons? {
    guard let scope = list.scope, request.demands(.crlScope) else { return .all }
    guard !scope.onlyContainsAttributeCerts, !(scope.onlyContainsUserCerts && certificate.isCA),
      !(scope.onlyContainsCACerts && !certificate.isCA)
    else { return nil }
    let ofList = scope.onlySomeReasons ?? .all
    guard let name = scope.name else { return ofList }
    let names = fullNames(name)
    // A certificate that names no point has one by default: its issuer's name, for all reasons.
    if names.contains(.directoryName(certificate.issuer)) { return ofList }
    let points = (certificate.values.distributionPoints ?? []).filter { point in
      point.crlIssuer.isEmpty && point.name.map { !Self.areDisjoint(names, fullNames($0)) } == true
    }
    guard !points.isEmpty else { return nil }
    return ofList.intersection(points.reduce(RevocationReasons()) { $0.union($1.reasons ?? .all) })
  }

  private func fullNames(_ name: DistributionPoint.Name) -> [GeneralName] {
    switch name {
    case .full(let names): names
    case .relative(let attributes): certificate.issuer.appending(attributes).map { [.directoryName($0)] } ?? []
    }
  }

  private static func areDisjoint(_ left: [GeneralName], _ right: [GeneralName]) -> Bool {
    !left.contains { right.contains($0) }
  }
}

extension DistinguishedName {
  /// The name with one more relative distinguished name at its end.
  func appending(_ attributes: ArraySlice<UInt8>) -> DistinguishedName? {
    var reader = DERReader(der)
    guard let content = try? reader.next().content else { return nil }
    let encoded = DERWriter.element(DERTag.sequence, content + DERWriter.element(DERTag.set, Array(attributes)))
    var whole = DERReader(encoded)
    return (try? whole.next()).flatMap { try? DistinguishedName($0) }
  }
}
