import Testing

@testable import CertificateKit

/// Chains and lists made here and now, each to break one rule, with twins that nearly break it.
@Suite struct AdversarialTests {
  static let all =
    FormCases.all + StrengthCases.all + PlaceCases.all + NameCases.all + PolicyCases.all + BuildingCases.all
    + ListFormCases.all + ListUseCases.all + ReadingCases.all

  @Test func everyCaseIsAnsweredAsExpected() throws {
    for adversarial in Self.all {
      let verdict = try adversarial.built().verdict()
      #expect(verdict == adversarial.expected, "\(adversarial.name)")
    }
  }

  @Test func thereAreEnoughCasesAndEachHasItsOwnName() {
    #expect(Self.all.count(where: { $0.expected != .valid }) >= 150)
    #expect(Set(Self.all.map(\.name)).count == Self.all.count)
  }

  /// Checks behind which another one stands: OpenSSL's own, or that of the issuer's certificate.
  private static let backedUp: Set<RejectionReason> = [
    .signatureAlgorithmMismatch, .issuerEmpty, .basicConstraintsMissing, .crlWeakHash,
  ]

  /// Every check of ours is needed: without it something invalid passes, or at least gets another reason.
  @Test(arguments: RejectionReason.ownChecks)
  func aCaseNoticesWhenACheckIsSwitchedOff(_ check: RejectionReason) throws {
    let concerned = Self.all.filter { $0.expected == .refused(check) }
    let verdicts = try concerned.map { try $0.built().verdict(disabled: [check]) }
    let isNoticed = verdicts.contains { Self.backedUp.contains(check) ? $0 != .refused(check) : $0 == .valid }
    #expect(isNoticed, "no case notices that \(check.rawValue) is off")
  }
}
