import CertificateKit
import Testing

@testable import RevocationService

@Suite struct OCSPCacheTests {
  let authority: TestAuthority
  let ids: [OCSPCertificateID]

  init() throws {
    let authority = try TestAuthority("CA Cittadini")
    self.authority = authority
    ids = try (1...20).map { OCSPCertificateID(of: try authority.issue($0), issuedBy: authority.certificate) }
  }

  @Test func whatWasUsedLongestAgoGoesFirst() {
    var cache = OCSPCache(capacity: 16)
    for id in ids.prefix(16) { cache.keep(.good(until: 100), of: id, until: 100, now: 0) }
    #expect(cache.status(of: ids[0], at: 0) != nil)
    cache.keep(.good(until: 100), of: ids[16], until: 100, now: 0)
    #expect(cache.count == 15)
    #expect(cache.status(of: ids[0], at: 0) != nil && cache.status(of: ids[16], at: 0) != nil)
    #expect(cache.status(of: ids[1], at: 0) == nil && cache.status(of: ids[2], at: 0) == nil)
  }

  @Test func aFailureTakesNothingFromAnAnswerThatHolds() {
    var cache = OCSPCache(capacity: 16)
    cache.keep(.good(until: 100), of: ids[0], until: 100, now: 0)
    cache.keep(.unknown(.revocationUnknown, "late"), of: ids[0], until: 60, now: 50)
    #expect(cache.status(of: ids[0], at: 100) == .good(until: 100))
    #expect(!cache.isCurrent(ids[0], at: 101))
  }

  @Test func aFailureIsTheAnswerOnceThereIsNoOther() {
    var cache = OCSPCache(capacity: 16)
    cache.keep(.good(until: 100), of: ids[0], until: 100, now: 0)
    cache.keep(.unknown(.revocationUnknown, "late"), of: ids[0], until: 111, now: 101)
    #expect(cache.status(of: ids[0], at: 111) == .unknown(.revocationUnknown, "late"))
    #expect(cache.status(of: ids[0], at: 112) == nil)
  }

  @Test func aRevocationEndsOnlyWithAnAnswerThatSaysSo() {
    var cache = OCSPCache(capacity: 16)
    let revoked = RevocationStatus.revoked(at: 1, .superseded)
    cache.keep(revoked, of: ids[0], until: 100, now: 0)
    cache.keep(.unknown(.revocationUnknown, "late"), of: ids[0], until: 210, now: 200)
    #expect(cache.status(of: ids[0], at: 200) == revoked && cache.isCurrent(ids[0], at: 210))
    #expect(!cache.isCurrent(ids[0], at: 211))
    cache.keep(.good(until: 400), of: ids[0], until: 400, now: 300)
    #expect(cache.status(of: ids[0], at: 300) == .good(until: 400))
  }
}
