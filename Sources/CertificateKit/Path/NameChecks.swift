/// Name constraints where OpenSSL compares too little (RFC 5280 section 4.2.1.10): wildcards, hosts of URIs, and forms
/// that nobody processes. OpenSSL checks all of them besides, and names of directories alone.
struct NameChecks {
  let request: ValidationRequest

  func rejection(of path: [Certificate]) -> Rejection? {
    var comparisons = 0
    for position in path.indices.dropLast() where position == 0 || !path[position].isSelfIssued {
      for issuer in path[(position + 1)...] {
        guard let constraints = issuer.values.nameConstraints else { continue }
        comparisons += cost(path[position], constraints)
        guard comparisons <= request.budget.nameComparisons else {
          return Rejection(.budgetExhausted, at: position, "too many names under too many constraints")
        }
        if let rejection = rejection(path[position], constraints, position) { return rejection }
      }
    }
    return nil
  }

  private func cost(_ certificate: Certificate, _ constraints: NameConstraints) -> Int {
    let names = (certificate.values.subjectAltNames?.count ?? 0) + certificate.subjectAttributes.count
    return names * (constraints.permitted.count + constraints.excluded.count)
  }

  private func rejection(
    _ certificate: Certificate, _ constraints: NameConstraints, _ position: Int
  ) -> Rejection? {
    for name in certificate.values.subjectAltNames ?? [] {
      if let reason = reason(name, constraints), request.demands(reason) {
        return Rejection(reason, at: position, "an alternative name against the constraints of an authority above")
      }
    }
    return nil
  }

  private func reason(_ name: GeneralName, _ constraints: NameConstraints) -> RejectionReason? {
    let permitted = constraints.permitted.filter { $0.form == name.form }
    let excluded = constraints.excluded.filter { $0.form == name.form }
    guard !permitted.isEmpty || !excluded.isEmpty else { return nil }
    guard let comparable = ComparableName(name) else { return .nameNotProcessed }
    if excluded.contains(where: { comparable.mayBeWithin($0) }) { return .nameExcluded }
    return permitted.isEmpty || permitted.contains { comparable.isWithin($0) } ? nil : .nameNotPermitted
  }
}
