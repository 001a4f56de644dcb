import Testing

@testable import CertificateKit

/// Hostile bundles: many certificates of one name, layers that certify each other, circles. Each is answered within the
/// budget, which bounds the time; no test looks at a clock.
@Suite struct BudgetTests {
  private let keys: TestKeys

  init() throws { keys = try TestKeys.shared.get() }

  private func search(_ scene: Scene, _ bundle: [[UInt8]]) throws -> (ValidationOutcome, SearchWork) {
    let built = scene.built()
    var certificates: [Certificate] = []
    for der in bundle { certificates.append(try Certificate(der: der)) }
    let request = ValidationRequest(
      leaf: try Certificate(der: built.leaf), intermediates: certificates, time: Scene.now, maximumIntermediates: 32)
    let trust = TrustStore(anchors: [try Certificate(der: built.anchors[0])])
    var search = PathSearch(trust: trust, request: request, revocation: .off)
    let outcome = search.run()
    return (outcome, search.work)
  }

  private func reason(_ outcome: ValidationOutcome) -> RejectionReason? {
    guard case .invalid(let rejection) = outcome else { return nil }
    return rejection.reason
  }

  @Test func aThousandStrangersOfTheSameNameAndKeyIdentifierAreTooMany() throws {
    let scene = try Scene()
    var bundle: [[UInt8]] = []
    for number in 0..<1000 {
      var stranger = scene.authority
      stranger.serialNumber = DER.integer(number + 1)
      // A key that no two of them share, so that each costs a signature check: another point of the same curve.
      stranger.keyInfo = try TestKey(.ec(TestKey.p256)).info
      stranger.put(TestExtension(TestExtension.subjectKeyID, DER.octets(keys.authority.identifier)))
      bundle.append(stranger.issue(by: keys.stranger))
    }
    let (outcome, work) = try search(scene, bundle)
    #expect(reason(outcome) == .budgetExhausted)
    #expect(work.budget.signatures == 0)
  }

  @Test func aThousandCertificatesOfOneStrangerCostOneSignatureCheck() throws {
    let scene = try Scene()
    let bundle = (0..<1000).map { number -> [UInt8] in
      var stranger = scene.authority
      stranger.serialNumber = DER.integer(number + 1)
      stranger.key = keys.stranger
      stranger.put(TestExtension(TestExtension.subjectKeyID, DER.octets(keys.authority.identifier)))
      return stranger.issue(by: keys.stranger)
    }
    let (outcome, work) = try search(scene, bundle)
    #expect(reason(outcome) == .signatureInvalid)
    #expect(work.budget.signatures == ValidationBudget().signatures - 1)
  }

  /// Ten layers of ten certificates, each signed by every one above: ten billion paths, none of which ends.
  @Test func layersThatCertifyEachOtherAreGivenUp() throws {
    let scene = try Scene()
    let layerKeys = try (0..<10).map { _ in try TestKey(.ec(TestKey.p256)) }
    var bundle: [[UInt8]] = []
    for (layer, key) in layerKeys.enumerated() {
      let above = layerKeys[min(layer + 1, 9)]
      let subject = layer == 0 ? scene.authority.subject : DER.name("Strato \(layer)")
      for number in 0..<10 {
        var template = Scene.authority(named: subject, by: DER.name("Strato \(layer + 1)"), key)
        template.serialNumber = DER.integer(layer * 10 + number + 1)
        bundle.append(template.issue(by: above))
      }
    }
    var bent = scene
    bent.leafSigner = layerKeys[0]
    let (outcome, work) = try search(bent, bundle)
    #expect(reason(outcome) == .budgetExhausted)
    #expect(work.budget.steps == 0)
  }

  /// The same layers with a root on top, and a constraint in it that no path obeys.
  @Test func manyPathsThatAllFailAtTheEndAreGivenUp() throws {
    var scene = try Scene()
    scene.root.put(.nameConstraints(permitted: [Name.directory(DER.name(("2.5.4.6", DER.printable("FR"))))]))
    let middle = DER.name("In mezzo")
    var bundle: [[UInt8]] = []
    for number in 0..<10 {
      var lower = Scene.authority(named: scene.authority.subject, by: middle, keys.authority)
      lower.serialNumber = DER.integer(number + 1)
      bundle.append(lower.issue(by: keys.second))
      var upper = Scene.authority(named: middle, by: scene.root.subject, keys.second)
      upper.serialNumber = DER.integer(number + 101)
      bundle.append(upper.issue(by: keys.root))
    }
    let (outcome, work) = try search(scene, bundle)
    #expect(reason(outcome) == .budgetExhausted)
    #expect(work.budget.pathCertificates < 4)
  }

  /// A circle of two names, with much in it that leads nowhere: each look costs a step.
  @Test func certificatesThatLeadNowhereCostStepsToo() throws {
    var scene = try Scene()
    let circleKeys = try (0..<20).map { _ in try TestKey(.ec(TestKey.p256)) }
    let names = [scene.authority.subject, DER.name("Cerchio")]
    var bundle: [[UInt8]] = []
    for (index, key) in circleKeys.enumerated() {
      for other in circleKeys.indices where other != index {
        let template = Scene.authority(named: names[index % 2], by: names[(index + 1) % 2], key)
        if other % 2 != index % 2 { bundle.append(template.issue(by: circleKeys[other])) }
      }
    }
    for number in 0..<200 {
      var junk = Scene.authority(named: names[number % 2], by: names[number % 2], circleKeys[number % 20])
      junk.serialNumber = DER.integer(number + 1)
      bundle.append(junk.issue(by: circleKeys[number % 20]))
    }
    scene.leafSigner = circleKeys[0]
    let (outcome, work) = try search(scene, bundle)
    #expect(reason(outcome) == .budgetExhausted)
    #expect(work.budget.steps == 0 || work.budget.signatures == 0)
  }

  @Test func aPathIsFoundBehindNinetyNineFailures() throws {
    let scene = try Scene()
    let bundle = (0..<99).map { number -> [UInt8] in
      var expired = scene.authority
      expired.serialNumber = DER.integer(number + 1)
      expired.setValidity(Scene.now - 9, Scene.now - 1)
      return expired.issue(by: keys.root)
    }
    let (outcome, work) = try search(scene, bundle + [scene.authority.issue(by: keys.root)])
    #expect(reason(outcome) == nil)
    #expect(work.budget.signatures == ValidationBudget().signatures - 2)
  }

  @Test func aChainOfThirtyIntermediatesIsFound() throws {
    var scene = try Scene()
    let chain = try (0..<30).map { _ in try TestKey(.ec(TestKey.p256)) }
    let names = (0..<30).map { DER.name("Anello \($0)") }
    let bundle = (0..<30).map { index in
      Scene.authority(named: names[index], by: index == 29 ? scene.root.subject : names[index + 1], chain[index])
        .issue(by: index == 29 ? keys.root : chain[index + 1])
    }
    scene.leaf.issuer = names[0]
    scene.leafSigner = chain[0]
    let (outcome, _) = try search(scene, bundle.reversed())
    #expect(reason(outcome) == nil)
  }
}
