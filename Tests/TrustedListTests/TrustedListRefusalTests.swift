import Foundation
import Testing
import XMLSecKit

@testable import TrustedList

@Suite struct TrustedListRefusalTests {
  private let place = ImportPlace()
  private let service = TestList.Service(TestList.certificate(1))

  private func refusal(_ change: (inout TestList) -> Void) throws -> TrustedListRefusal? {
    var list = TestList(service)
    change(&list)
    return try place.examine(list).refusal
  }

  private func refusal(_ bytes: [UInt8]) throws -> TrustedListRefusal? {
    try place.importer().examine(bytes, at: place.now).refusal
  }

  @Test func aListWithoutSignatureIsRefused() throws {
    let text = TestList(service).text
    let start = try #require(text.range(of: "<ds:Signature ")).lowerBound
    let end = try #require(text.range(of: "</ds:Signature>")).upperBound
    #expect(try refusal(Array(text.replacingCharacters(in: start..<end, with: "").utf8)) == .unsigned)
  }

  @Test func aListOfAnotherSignerIsRefused() throws {
    let list = try TestList(service).signed(by: try ListOperator.stranger.get())
    #expect(try refusal(list) == .signedByAnother)
  }

  @Test func aChangedListIsRefused() throws {
    let text = String(decoding: try TestList(service).signed(), as: UTF8.self)
    #expect(try refusal(Array(text.replacing(">141<", with: ">142<").utf8)) == .contentChanged)
    #expect(try refusal(Array(text.replacing("MAMCAQE=", with: "MAMCAQI=").utf8)) == .contentChanged)
    #expect(try refusal(Array(text.replacing("09:30:37", with: "09:30:38").utf8)) == .contentChanged)
  }

  @Test func brokenFilesAreRefused() throws {
    let list = try TestList(service).signed()
    #expect(try refusal([UInt8]()) == .empty)
    #expect(try refusal(Array(list.prefix(list.count / 2)))?.code == "xml_refused")
    #expect(try refusal(Array(list.dropLast(3)))?.code == "xml_refused")
    #expect(try refusal(list + list)?.code == "xml_refused")
    #expect(try refusal([UInt8](repeating: 0, count: 1000)) == .xml(.encoding))
    #expect(try refusal(Array("<!DOCTYPE x>".utf8) + list)?.code == "xml_refused")
  }

  @Test func aListIsStaleOnceItsNextUpdateHasPassed() throws {
    let due = try #require(ListTime.parse("2027-04-01T00:00:00Z"))
    let list = TestList(service)
    #expect(try place.examine(list, at: due).update != nil)
    #expect(try place.examine(list, at: due + 1).refusal == .stale(nextUpdate: due))
  }

  @Test func aListFromTheFutureIsRefused() throws {
    let issued = try #require(ListTime.parse("2026-11-01T00:00:00Z"))
    #expect(try place.examine(TestList(service), at: issued).update != nil)
    #expect(try place.examine(TestList(service), at: issued - 1).refusal == .notYetIssued(issued))
  }

  @Test func aClosedListIsRefused() throws {
    #expect(try refusal { $0.nextUpdate = "" } == .closed)
  }

  @Test func aListOfAnotherTerritoryOrVersionIsRefused() throws {
    #expect(try refusal { $0.territory = "FR" } == .territory("FR"))
    #expect(try refusal { $0.version = "4" } == .version(4))
    #expect(try refusal { $0.version = "6" } == nil)
  }

  @Test func aListWithoutFittingServiceIsRefused() throws {
    #expect(try refusal { $0.services = [] } == .noFittingService)
    #expect(try refusal { $0.services = [TestList.Service()] } == .noFittingService)
  }

  @Test(arguments: [
    "", "%%%%", "MAMCAQ", "MAMCAQE", "AAAA", "MAMCAQEA", "MIADAgEB", "MAMCAQE=MAMCAQE=", "MAMCAQF=",
    "-----BEGIN CERTIFICATE-----MAMCAQE=-----END CERTIFICATE-----",
  ])
  func aBadCertificateOfAFittingServiceIsRefused(text: String) throws {
    var bad = TestList.Service(name: "Bad one")
    bad.identities = [TestList.Service.identity(text)]
    #expect(try refusal { $0.services.append(bad) } == .badCertificate(service: "Bad one"))
    bad.type = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
    #expect(try refusal { $0.services.append(bad) } == nil, "another service's is not looked at")
  }

  @Test func whatIsNotAsTheStandardHasItIsRefused() throws {
    #expect(try refusal { $0.tag = "x" } == .malformed("TSLTag"))
    for number in ["", "-1", "1.5", "0x10", "9999999999999999", "<a>1</a>"] {
      #expect(try refusal { $0.sequence = number } == .malformed("TSLSequenceNumber"))
    }
    #expect(try refusal { $0.issued = "2026-11-01" } == .malformed("ListIssueDateTime"))
    #expect(try refusal { $0.issued = "2026-11-01T00:00:00" } == .malformed("ListIssueDateTime"))
    #expect(try refusal { $0.nextUpdate = "<dateTime>soon</dateTime>" } == .malformed("dateTime"))
    #expect(try refusal { $0.extra = "<TSLSequenceNumber>999</TSLSequenceNumber>" } == .malformed("TSLSequenceNumber"))
    #expect(try refusal { $0.extra = "<NextUpdate/>" } == .malformed("NextUpdate"))
    #expect(try refusal { $0.services[0].since = "yesterday" } == .malformed("StatusStartingTime"))
    let nested = TestList.Service.identity("MAMCAQE=<X509Certificate>MAMCAQI=</X509Certificate>")
    #expect(try refusal { $0.services[0].identities = [nested] } == .malformed("X509Certificate"))
    #expect(
      try refusal { $0.services[0].names += "</ServiceName><ServiceName>" } == .malformed("ServiceName"))
  }

  @Test func anotherSignedDocumentIsNoList() throws {
    let text = TestList(service).text.replacing("TrustServiceStatusList", with: "Something")
    #expect(try refusal(try ListOperator.italian.get().sign(text)) == .malformed("TrustServiceStatusList"))
    let foreign = TestList(service).text.replacing("02231/v2#\"", with: "02231/v3#\"")
    #expect(try refusal(try ListOperator.italian.get().sign(foreign)) == .malformed("TrustServiceStatusList"))
  }

  @Test func aFileOfAHundredMegabytesIsRefusedUnread() throws {
    let path = ListOperator.folder.appendingPathComponent("\(UUID().uuidString).xml").path
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 100 << 20)  // takes no room on the disk
    let outcome = try place.importer().examine(file: path, at: place.now)
    #expect(outcome.refusal == .tooLarge(bytes: 100 << 20, limit: 32 << 20))
    let small = try place.importer(rules: TrustedListRules(maximumBytes: 100))
    #expect(try small.examine(try TestList(service).signed(), at: place.now).refusal?.code == "too_large")
  }

  @Test func whatIsNoFileCannotBeRead() throws {
    let importer = try place.importer()
    for path in ["/dev/zero", ListOperator.folder.path] {
      #expect(throws: TrustedListStoreError.cannotRead(path: path, "it is no regular file")) {
        try importer.examine(file: path, at: place.now)
      }
    }
    let missing = "\(place.folder)/missing.xml"
    #expect(throws: TrustedListStoreError.cannotRead(path: missing, "it is not there")) {
      try importer.examine(file: missing, at: place.now)
    }
  }

  @Test func everyRefusalHasACodeOfItsOwn() {
    let refusals: [TrustedListRefusal] = [
      .empty, .tooLarge(bytes: 2, limit: 1), .unsigned, .signedByAnother, .contentChanged, .xml(.encoding),
      .malformed("x"), .version(4), .territory("FR"), .notYetIssued(place.now), .stale(nextUpdate: place.now), .closed,
      .sequenceLower(1, last: 2), .sequenceReused(1), .noFittingService, .badCertificate(service: "x"),
    ]
    #expect(Set(refusals.map(\.code)).count == refusals.count)
    #expect(Set(refusals.map(\.description)).count == refusals.count)
  }
}
