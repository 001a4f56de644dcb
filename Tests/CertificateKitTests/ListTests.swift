import Testing

@testable import CertificateKit

/// Large lists, and what a list says about itself.
@Suite struct ListTests {
  private static let count = 200_000

  /// The entries of a large list, every second one with a reason.
  private static func entries() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 50)
    let date = DER.time(Scene.now - 86_400)
    let reason: [UInt8] = [0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01, 0x01]
    for number in 0..<count {
      let serial = serialNumber(number)
      let tail = number % 2 == 0 ? reason : []
      bytes.append(0x30)
      bytes.append(UInt8(2 + serial.count + date.count + tail.count))
      bytes.append(0x02)
      bytes.append(UInt8(serial.count))
      bytes.append(contentsOf: serial)
      bytes.append(contentsOf: date)
      bytes.append(contentsOf: tail)
    }
    return bytes
  }

  /// Sixteen octets that look random, and are not.
  private static func serialNumber(_ number: Int) -> [UInt8] {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    var octets: [UInt8] = [0x40]
    for _ in 0..<15 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      octets.append(UInt8(truncatingIfNeeded: state))
    }
    return octets
  }

  @Test func aLargeListIsKeptSmallAndKnowsItsEntries() throws {
    let scene = try Scene()
    var template = scene.authorityList
    template.revoked = DER.element(0x30, Self.entries())
    let list = try RevocationList(der: template.issue())
    #expect(list.count == Self.count)
    #expect(list.defect == nil)
    #expect(list.entries.storedBytes <= Self.count * 64)
    for number in stride(from: 0, to: Self.count, by: 997) {
      let reason: RevocationReason = number % 2 == 0 ? .keyCompromise : .unspecified
      #expect(
        list.entries.find(Self.serialNumber(number))
          == RevokedEntries.Entry(date: Scene.now - 86_400, reason: reason))
    }
    #expect(list.entries.find(Self.serialNumber(Self.count)) == nil)
    #expect(list.isSigned(by: try Certificate(der: scene.built().bundle[0])))
  }

  @Test func ofTwoEntriesTheOneThatRevokesForGoodStays() throws {
    for reasons: [UInt8] in [[6, 1], [1, 6]] {
      var template = try Scene().authorityList
      for reason in reasons { template.revoke(DER.integer(5), reason: reason) }
      let list = try RevocationList(der: template.issue())
      #expect(list.entries.find([5])?.reason == .keyCompromise)
      #expect(list.count == 2)
    }
  }

  @Test func editionsOfOneListKnowEachOther() throws {
    let scene = try Scene()
    let list = try RevocationList(der: scene.authorityList.issue())
    var template = scene.authorityList
    template.put(.number(0x100))
    let newer = try RevocationList(der: template.issue())
    template.put(.scope(userCertificates: true))
    let partial = try RevocationList(der: template.issue())
    #expect(newer.isNewer(than: list))
    #expect(!list.isNewer(than: newer))
    #expect(!list.isNewer(than: list))
    #expect(newer.isSameSeries(as: list))
    #expect(!partial.isSameSeries(as: list))
    #expect(!(try RevocationList(der: scene.rootList.issue())).isSameSeries(as: list))
    #expect(list.number == [7])
  }

  @Test func aListSaysWhatMakesItUseless() throws {
    var template = try Scene().authorityList
    template.remove(TestExtension.numberID)
    #expect(try RevocationList(der: template.issue()).defect?.reason == .crlNumberMissing)
  }

  @Test func listsAnswerForSingleCertificates() throws {
    var scene = try Scene()
    let issuer = try Certificate(der: scene.built().bundle[0])
    let leaf = try Certificate(der: scene.built().leaf)
    let good = RevocationLists([try RevocationList(der: scene.authorityList.issue())])
    #expect(good.status(of: leaf, issuedBy: issuer, at: Scene.now) == .good(until: Scene.now + Scene.day))
    #expect(RevocationLists([]).status(of: leaf, issuedBy: issuer, at: Scene.now) == nil)
    scene.authorityList.revoke(DER.integer(4711))
    let bad = RevocationLists([try RevocationList(der: scene.authorityList.issue())])
    #expect(
      bad.status(of: leaf, issuedBy: issuer, at: Scene.now) == .revoked(at: Scene.now - Scene.day, .keyCompromise))
    scene.authorityList.key = scene.keys.stranger
    let forged = RevocationLists([try RevocationList(der: scene.authorityList.issue())])
    guard case .unknown(.crlSignatureInvalid, _) = forged.status(of: leaf, issuedBy: issuer, at: Scene.now) else {
      Issue.record("a forged list was believed")
      return
    }
  }
}
