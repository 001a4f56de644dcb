import Testing

@testable import CertificateKit

@Suite struct OCSPTests {
  @Test(arguments: OCSPCases.all) func aFaultyAnswerProvesNothing(_ faulty: OCSPCase) throws {
    var scene = try OCSPScene()
    faulty.bend(&scene)
    guard case .unknown(let failure, _) = try scene.verdict() else {
      Issue.record("\(faulty.name) was believed")
      return
    }
    #expect(failure == faulty.expected, "\(faulty.name)")
  }

  @Test func everyFailureHasACase() {
    #expect(Set(OCSPCases.all.map(\.expected)) == Set(OCSPFailure.allCases))
  }

  @Test func anAnswerOfADelegateIsGoodUntilTheNextOne() throws {
    #expect(try OCSPScene().verdict() == .good(until: Scene.now + 3600))
  }

  @Test func aDelegateMayBeNamedByItsKey() throws {
    var scene = try OCSPScene()
    scene.answer.responder = DER.constructed(2, DER.octets(SHA1.hash(scene.keys.second.bits)))
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test(arguments: [true, false]) func theAuthorityItselfMayAnswer(byName: Bool) throws {
    var scene = try OCSPScene()
    scene.answerDirectly()
    if !byName { scene.answer.responder = DER.constructed(2, DER.octets(SHA1.hash(scene.keys.authority.bits))) }
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func theDelegateIsFoundAmongOtherCertificates() throws {
    var scene = try OCSPScene()
    scene.answer.certificates = [
      DER.sequence(DER.null), scene.leaf.issue(by: scene.keys.authority),
      scene.responder.issue(by: scene.keys.authority),
    ]
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func anotherDelegateOfTheSameNameDoesNotHideTheRightOne() throws {
    var scene = try OCSPScene()
    var twin = scene.responder
    twin.key = scene.keys.stranger
    scene.answer.certificates = [
      twin.issue(by: scene.keys.authority), twin.issue(by: scene.keys.stranger),
      scene.responder.issue(by: scene.keys.authority),
    ]
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func aDelegateWithoutNocheckIsBelievedWhenItIsNotRevoked() throws {
    var scene = try OCSPScene()
    scene.responder.remove(OCSPScene.noCheckID)
    scene.revocation = FixedRevocation(status: .good(until: nil))
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func aResponderThatSignsWithPSSIsBelieved() throws {
    var scene = try OCSPScene()
    scene.responder.key = scene.keys.rsa
    scene.answer.key = scene.keys.rsa
    scene.answer.algorithm = .rsaPSS
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func aRevokedCertificateIsNamedWithTimeAndReason() throws {
    var scene = try OCSPScene()
    scene.answer.single.status = OCSPSingle.revoked(Scene.now - 100, reason: 1)
    #expect(try scene.verdict() == .revoked(at: Scene.now - 100, .keyCompromise, until: Scene.now + 3600))
  }

  @Test(arguments: [nil, 7, 200] as [UInt8?]) func aRevocationWithoutAKnownReasonIsARevocation(code: UInt8?) throws {
    var scene = try OCSPScene()
    scene.answer.single.status = OCSPSingle.revoked(Scene.now - 100, reason: code)
    #expect(try scene.verdict() == .revoked(at: Scene.now - 100, .unspecified, until: Scene.now + 3600))
  }

  @Test func answersAboutOthersBesideOursAreNotTaken() throws {
    var scene = try OCSPScene()
    var other = scene.answer.single
    other.serial = DER.integer(1)
    other.status = OCSPSingle.revoked(Scene.now - 100)
    scene.answer.singles = [other, scene.answer.single]
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func anAnswerWithoutNonceIsTakenWhereThatIsAllowed() throws {
    var scene = try OCSPScene()
    scene.rules = OCSPRules(nonce: .acceptedMissing)
    scene.answer.extensions = []
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func aQuestionWithoutNonceGetsNoAnswerWithOne() throws {
    var scene = try OCSPScene()
    scene.nonce = []
    scene.answer.extensions = [TestExtension(OCSPScene.nonceID, DER.octets([]))]
    guard case .unknown(.nonceMismatch, _) = try scene.verdict() else {
      Issue.record("an empty nonce was taken for one")
      return
    }
  }

  @Test func withoutNextUpdateAnAnswerIsUsableForItsMaximumAge() throws {
    var scene = try OCSPScene()
    scene.answer.single.nextUpdate = nil
    scene.answer.single.thisUpdate = DER.generalizedTime(Scene.now - 600)
    #expect(try scene.verdict() == .good(until: Scene.now))
  }

  @Test func theLimitsOfTimeAreInclusive() throws {
    var scene = try OCSPScene()
    scene.answer.single.thisUpdate = DER.generalizedTime(Scene.now + 60)
    scene.answer.producedAt = DER.generalizedTime(Scene.now + 60)
    scene.answer.single.nextUpdate = DER.generalizedTime(Scene.now + 60)
    scene.responder.setValidity(Scene.now, Scene.now)
    #expect(try scene.verdict() == .good(until: Scene.now + 60))
  }

  @Test func rulesStayInTheirRanges() {
    let rules = OCSPRules(skew: .max, maximumAge: .max)
    #expect(rules.skew == 300 && rules.maximumAge == 604_800)
    let other = OCSPRules(skew: -1, maximumAge: -1)
    #expect(other.skew == 0 && other.maximumAge == 0)
  }

  @Test func aHashOfTheCertIDMayComeWithoutParameters() throws {
    var scene = try OCSPScene()
    scene.answer.single.algorithm = DER.sequence(DER.oid("1.3.14.3.2.26"))
    #expect(try scene.verdict() == .good(until: Scene.now + 3600))
  }

  @Test func noBitOfAnAnswerCanBeTurned() throws {
    let scene = try OCSPScene()
    let request = try scene.request()
    var answer = scene.answer
    answer.certificates = [scene.responder.issue(by: scene.keys.authority)]
    let bytes = answer.encoded()
    for index in bytes.indices {
      var bent = bytes
      bent[index] ^= 1 << UInt8(index % 8)
      let verdict = request.judge(bent, by: scene.rules, at: Scene.now)
      if case .unknown = verdict { continue }
      #expect(verdict == .good(until: Scene.now + 3600), "byte \(index)")
    }
  }

  @Test func everyBeginningOfAnAnswerIsRefused() throws {
    let scene = try OCSPScene()
    let request = try scene.request()
    var answer = scene.answer
    answer.certificates = [scene.responder.issue(by: scene.keys.authority)]
    let bytes = answer.encoded()
    for count in bytes.indices {
      guard case .unknown(let failure, _) = request.judge(Array(bytes.prefix(count)), by: scene.rules, at: Scene.now)
      else {
        Issue.record("\(count) bytes of an answer were believed")
        return
      }
      #expect(failure == (count == 0 ? .empty : .notDER))
    }
  }

  @Test func aVerdictTellsItsFailureButNobodysName() throws {
    var scene = try OCSPScene()
    scene.answer.refuse(3)
    guard case .unknown(let reason, let detail) = try scene.verdict().status else {
      Issue.record("tryLater is an answer")
      return
    }
    #expect(reason == .revocationUnknown && detail.contains("try-later") && !detail.contains("Persona"))
  }
}
