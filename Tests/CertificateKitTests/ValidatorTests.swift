import Testing

@testable import CertificateKit

/// What a validation gives back, and how other sources of revocation come in.
@Suite struct ValidatorTests {
  private struct FixedSource: RevocationSource {
    let answer: @Sendable (Certificate) -> RevocationStatus?

    func status(of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64) -> RevocationStatus? {
      #expect(certificate.isSigned(by: issuer))
      #expect(time == Scene.now)
      return answer(certificate)
    }
  }

  private struct Parts {
    let leaf: Certificate
    let authority: Certificate
    let root: Certificate
    let bundle: [Certificate]
    let lists: RevocationLists

    init(_ scene: Scene, authorityIndex: Int = 0) throws {
      let built = scene.built()
      leaf = try Certificate(der: built.leaf)
      bundle = try built.bundle.map { try Certificate(der: $0) }
      authority = bundle[authorityIndex]
      root = try Certificate(der: built.anchors[0])
      lists = RevocationLists(try (built.lists ?? []).map { try RevocationList(der: $0) })
    }

    func validate(_ policy: RevocationPolicy) -> ValidationOutcome {
      PathValidator(trust: TrustStore(anchors: [root], intermediates: bundle), revocation: policy)
        .validate(ValidationRequest(leaf: leaf, time: Scene.now, purpose: .clientAuth))
    }
  }

  private func path(_ outcome: ValidationOutcome) throws -> ValidatedPath {
    guard case .valid(let path) = outcome else { throw TestKey.Failure() }
    return path
  }

  private func reason(_ outcome: ValidationOutcome) -> RejectionReason? {
    guard case .invalid(let rejection) = outcome else { return nil }
    return rejection.reason
  }

  @Test func aValidPathIsGivenBackWhole() throws {
    let parts = try Parts(Scene())
    let path = try path(parts.validate(RevocationPolicy(lists: parts.lists)))
    #expect(path.certificates == [parts.leaf, parts.authority, parts.root])
    #expect(path.leaf == parts.leaf && path.anchor == parts.root)
    #expect(path.policies.map(\.description) == [Scene.policy])
    #expect(path.revocation == [.good(until: Scene.now + Scene.day), .good(until: Scene.now + Scene.day)])
    #expect(path.isKnownGood)
  }

  @Test func withoutRevocationNothingIsKnown() throws {
    let path = try path(try Parts(Scene()).validate(.off))
    #expect(path.revocation.isEmpty)
    #expect(!path.isKnownGood)
  }

  @Test func whatNobodyKnowsIsReportedApart() throws {
    var scene = try Scene()
    scene.hasAuthorityList = false
    let parts = try Parts(scene)
    let path = try path(parts.validate(RevocationPolicy(lists: parts.lists, unknown: .reported)))
    #expect(path.revocation.count == 2)
    #expect(!path.isKnownGood)
    guard case .unknown(.crlMissing, _) = path.revocation[0], case .good = path.revocation[1] else {
      Issue.record("\(path.revocation)")
      return
    }
  }

  @Test func aSignerOfListsAboutWhomNobodyKnowsVouchesForNobody() throws {
    var scene = try Scene()
    var signer = Scene.authority(named: scene.authority.subject, by: scene.root.subject, scene.keys.second)
    signer.put(.keyUsage(6))
    signer.remove(TestExtension.basicConstraintsID)
    scene.bundle = [signer.issue(by: scene.root.key)]
    scene.authorityList.key = scene.keys.second
    let complete = try Parts(scene, authorityIndex: 1)
    let known = try path(complete.validate(RevocationPolicy(lists: complete.lists, unknown: .reported)))
    #expect(known.isKnownGood)
    scene.hasRootList = false
    let parts = try Parts(scene, authorityIndex: 1)
    let path = try path(parts.validate(RevocationPolicy(lists: parts.lists, unknown: .reported)))
    guard case .unknown(.crlSignerPath, _) = path.revocation[0] else {
      Issue.record("\(path.revocation)")
      return
    }
  }

  @Test func anotherSourceAnswersForAMissingList() throws {
    var scene = try Scene()
    scene.hasAuthorityList = false
    let parts = try Parts(scene)
    let good = FixedSource { $0 == parts.leaf ? .good(until: Scene.now + 5) : nil }
    for order in [RevocationPolicy.Order.listsFirst, .sourcesFirst] {
      let path = try path(parts.validate(RevocationPolicy(lists: parts.lists, sources: [good], order: order)))
      #expect(path.revocation == [.good(until: Scene.now + 5), .good(until: Scene.now + Scene.day)])
    }
    let bad = FixedSource { $0 == parts.leaf ? .revoked(at: 1, .superseded) : nil }
    #expect(reason(parts.validate(RevocationPolicy(lists: parts.lists, sources: [bad]))) == .revoked)
    let lost = FixedSource { _ in .unknown(.revocationUnknown, "try later") }
    #expect(reason(parts.validate(RevocationPolicy(lists: parts.lists, sources: [lost]))) == .crlMissing)
    #expect(reason(parts.validate(RevocationPolicy(lists: nil, sources: [lost]))) == .revocationUnknown)
    #expect(
      reason(parts.validate(RevocationPolicy(lists: nil, sources: [FixedSource { _ in nil }]))) == .revocationUnknown)
  }

  @Test func theFirstSourceThatKnowsDecides() throws {
    let parts = try Parts(Scene())
    let bad = FixedSource { _ in .revoked(at: 1, .superseded) }
    let listsFirst = RevocationPolicy(lists: parts.lists, sources: [bad], order: .listsFirst)
    #expect(reason(parts.validate(listsFirst)) == nil)
    let sourcesFirst = RevocationPolicy(lists: parts.lists, sources: [bad], order: .sourcesFirst)
    #expect(reason(parts.validate(sourcesFirst)) == .revoked)
  }

  @Test func onlyHarmlessChecksCanBeTolerated() throws {
    var scene = try Scene()
    scene.leaf.remove(TestExtension.authorityKeyID)
    scene.checksRevocation = false
    scene.ask = { $0.tolerated = [.authorityKeyIdentifierMissing] }
    #expect(scene.built().verdict() == .valid)
    for reason in RejectionReason.allCases where !RejectionReason.tolerable.contains(reason) {
      let request = ValidationRequest(
        leaf: try Certificate(der: scene.built().leaf), time: Scene.now, tolerated: Set(RejectionReason.allCases))
      #expect(request.demands(reason))
    }
  }

  /// The same objects in many tasks at once.
  @Test func manyTasksValidateWithTheSameObjects() async throws {
    let parts = try Parts(Scene())
    var revoked = try Scene()
    revoked.authorityList.revoke(DER.integer(4711))
    let others = try Parts(revoked)
    let verdicts = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        let (parts, expected): (Parts, RejectionReason?) = number % 2 == 0 ? (parts, nil) : (others, .revoked)
        group.addTask {
          (0..<20).allSatisfy { _ in
            reason(parts.validate(RevocationPolicy(lists: parts.lists))) == expected
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(verdicts.count == 64 && verdicts.allSatisfy(\.self))
  }

  @Test func aRejectionNamesTheCertificateByItsPlaceAndNobodyByName() throws {
    var scene = try Scene()
    scene.authority.setValidity(Scene.now - 9, Scene.now - 1)
    let parts = try Parts(scene)
    guard case .invalid(let rejection) = parts.validate(.off) else {
      Issue.record("an expired authority was accepted")
      return
    }
    #expect(rejection.position == 1)
    #expect(rejection.reason == .expired)
    #expect(!rejection.description.contains("Cittadini"))
  }
}
