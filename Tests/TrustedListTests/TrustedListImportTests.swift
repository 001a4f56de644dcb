import Foundation
import Testing
import XMLSecKit

@testable import TrustedList

@Suite struct TrustedListImportTests {
  private let place = ImportPlace()
  private let one = TestList.certificate(1)
  private let two = TestList.certificate(2)
  private let three = TestList.certificate(3)

  @Test func aGoodListIsTaken() throws {
    let list = TestList(.init(one, name: "First"), .init(two, name: "Second"))
    let update = try #require(try place.examine(list).update)
    #expect(update.anchors.map(\.der) == [one, two])
    #expect(update.anchors.map(\.service) == ["First", "Second"])
    #expect(update.difference.added.count == 2)
    #expect(update.previous == nil)
    #expect(try place.store.installed().anchors.isEmpty, "examining changes nothing")

    try place.importer().apply(update)
    let installed = try place.store.installed()
    #expect(Set(installed.anchors) == Set(update.anchors))
    #expect(installed.state == update.state)
    #expect(installed.isWhole)
    #expect(installed.state?.sequenceNumber == 141)
    #expect(installed.state?.isStale(at: place.now) == false)
    #expect(installed.state?.isStale(at: .distantFuture) == true)
  }

  @Test func realCertificatesReadBackAsTheyWere() throws {
    let certificate = try ListOperator.stranger.get().certificate
    try place.take(TestList(.init(certificate)))
    #expect(try place.store.installed().anchors.map(\.der) == [certificate])
    let pem = try String(contentsOfFile: place.store.anchorsPath, encoding: .utf8)
    #expect(pem == (try ListOperator.stranger.get().certificatePEM))
  }

  @Test func aListThatRefersToItsRootByIdIsTaken() throws {
    var list = TestList(.init(one))
    list.reference = "#ID1"
    #expect(try place.examine(list).update?.anchors.map(\.der) == [one])
  }

  @Test func onlyFittingServicesCount() throws {
    var otherType = TestList.Service(two)
    otherType.type = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
    var longerType = TestList.Service(two)
    longerType.type += "/nothavingPKIid"
    var withdrawn = TestList.Service(three)
    withdrawn.status = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
    var deprecated = TestList.Service(three)
    deprecated.status = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel"
    var later = TestList.Service(three)
    later.since = "2026-12-01T00:00:00Z"
    let list = TestList(.init(one), otherType, longerType, withdrawn, deprecated, later)
    #expect(try place.examine(list).update?.anchors.map(\.der) == [one])
  }

  @Test func blanksAroundValuesDoNotCount() throws {
    var service = TestList.Service()
    service.type = "\n  \(service.type)\n"
    service.status = " \(service.status) "
    service.identities = [TestList.Service.identity("\n MAMC\n\tAQE= \n")]
    #expect(try place.examine(TestList(service)).update?.anchors.map(\.der) == [one])
  }

  @Test func commentsDoNotCutAValue() throws {
    var service = TestList.Service()
    service.type = service.type.replacing("IdV", with: "<!-- x -->Id<!-- y -->V")
    service.identities = [TestList.Service.identity("MAMC<!-- x -->AQE=")]
    #expect(try place.examine(TestList(service)).update?.anchors.map(\.der) == [one])
    var other = TestList.Service(one)
    other.type += "<!-- -->/QC"
    #expect(try place.examine(TestList(other)).refusal == .noFittingService)
  }

  @Test func aServiceMayHaveTwoCertificatesAndTwoServicesTheSame() throws {
    let list = TestList(.init(one, two, name: "Both"), .init(two, name: "Again"), .init(name: "None"))
    let update = try #require(try place.examine(list).update)
    #expect(update.anchors.map(\.der) == [one, two])
    #expect(update.anchors.map(\.service) == ["Both", "Both"])
  }

  @Test func theItalianNameIsPreferredAndMadePrintable() throws {
    var service = TestList.Service(one)
    service.names = "<Name xml:lang=\"en\">English</Name><Name xml:lang=\"it\">Nome\u{202E}&#x9;&#xA;x\u{9B}31m</Name>"
    #expect(
      try place.examine(TestList(service)).update?.anchors[0].service == "Nome\u{FFFD}\u{FFFD}\u{FFFD}x\u{FFFD}31m")
    service.names = "<Name xml:lang=\"de\"> </Name>"
    #expect(try place.examine(TestList(service)).update?.anchors[0].service == "(without a name)")
  }

  @Test func theDifferenceNamesWhatComesAndGoes() throws {
    try place.take(TestList(.init(one, name: "First"), .init(two, name: "Second")))
    let next = TestList(.init(two, name: "Second"), .init(three, name: "Third"), sequence: 142)
    let update = try #require(try place.examine(next).update)
    let difference = update.difference
    #expect(difference.added.map(\.der) == [three])
    #expect(difference.removed.map(\.der) == [one])
    #expect(difference.unchanged.map(\.der) == [two])
    #expect(update.previous?.sequenceNumber == 141)
    #expect(
      "\(difference)" == """
        + \(CertificateFingerprint(of: three))  Third
        - \(CertificateFingerprint(of: one))  First
        1 added, 1 removed, 1 unchanged
        """)
    try place.importer().apply(update)
    #expect(Set(try place.store.installed().anchors.map(\.der)) == [two, three])
  }

  @Test func theSameListAgainIsNothingToDo() throws {
    let list = TestList(.init(one))
    let state = try place.take(list).state
    #expect(try place.examine(list) == .nothingToDo(state))
  }

  @Test func theSameListSignedAnewIsNothingToDo() throws {
    let text = try #require(String(validating: try TestList(.init(one)).signed(), as: UTF8.self))
    let state = try place.take(TestList(.init(one))).state
    let spaced = text.replacing("<ds:X509Data>", with: "<!-- x --><ds:X509Data>")
    #expect(try place.importer().examine(Array(spaced.utf8), at: place.now) == .nothingToDo(state))
  }

  @Test func theSequenceNumberNeverGoesBack() throws {
    try place.take(TestList(.init(one)))
    #expect(
      try place.examine(TestList(.init(two), sequence: 140)).refusal == .sequenceLower(140, last: 141))
    #expect(try place.examine(TestList(.init(two), sequence: 141)).refusal == .sequenceReused(141))
    try place.take(TestList(.init(two), sequence: 150))
    #expect(try place.examine(TestList(.init(one))).refusal == .sequenceLower(141, last: 150))
    #expect(try place.store.installed().anchors.map(\.der) == [two])
  }

  @Test func aFolderStaysWithItsTerritory() throws {
    try place.take(TestList(.init(one)))
    var french = TestList(.init(two), sequence: 999)
    french.territory = "FR"
    let importer = try place.importer(rules: TrustedListRules(territory: "FR"))
    #expect(try importer.examine(try french.signed(), at: place.now).refusal == .territory("FR"))
  }

  @Test func rulesThatChangeGiveOtherAnchorsOfTheSameList() throws {
    var other = TestList.Service(two)
    other.status = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
    let list = TestList(.init(one), other)
    try place.take(list)
    let granted = try place.importer(rules: TrustedListRules(statusSuffix: "/granted"))
    #expect(try granted.examine(try list.signed(), at: place.now).update?.difference.added.map(\.der) == [two])
  }
}
