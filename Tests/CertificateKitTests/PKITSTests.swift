import CertificateKit
import Testing

/// NIST PKITS 1.0.1, validated at 2011-04-15 as its files say.
@Suite struct PKITSTests {
  private static let time: Int64 = 1_302_825_600

  private func folder() throws -> PKITSFolder {
    try #require(
      PKITSFolder.find(),
      "PKITS is missing: run `python3 -m venv .venv && .venv/bin/pip install cryptography_vectors`, or set VARCO_PKITS")
  }

  /// Why the case is refused, or nil. A certificate that cannot be read refuses as well.
  private func refusal(_ test: PKITSCase, _ folder: PKITSFolder) throws -> String? {
    let certificates: [Certificate]
    let lists: [RevocationList]
    do {
      certificates = try test.certs.map(folder.certificate)
      lists = try test.crls.map(folder.list)
    } catch let error as CertificateError {
      return error.description
    }
    let validator = PathValidator(
      trust: TrustStore(anchors: [certificates[0]]), revocation: RevocationPolicy(lists: RevocationLists(lists)))
    let policies = PolicyInputs(
      initialPolicies: test.policies.compactMap { OID($0) }, requireExplicitPolicy: test.explicitPolicy,
      inhibitPolicyMapping: test.inhibitPolicyMapping, inhibitAnyPolicy: test.inhibitAnyPolicy)
    let request = ValidationRequest(
      leaf: try #require(certificates.last), intermediates: Array(certificates.dropFirst().dropLast()),
      time: Self.time, policies: policies)
    guard case .invalid(let rejection) = validator.validate(request) else { return nil }
    return rejection.description
  }

  @Test func everyCoreCaseIsRightAndNoInvalidPathIsAccepted() throws {
    let folder = try folder()
    let cases = try PKITSCase.all()
    #expect(cases.count == 249)
    for test in cases {
      let refusal = try refusal(test, folder)
      if !test.valid { #expect(refusal != nil, "\(test.number) \(test.title) was accepted") }
      if test.valid && !test.isOptional {
        #expect(refusal == nil, "\(test.number) \(test.title) was refused: \(refusal ?? "")")
      }
    }
  }
}
