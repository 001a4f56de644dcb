import AccessModel
import AuthenticatorKit
import Sealing
import Testing

@testable import BrokerStore
@testable import PINService

@Suite struct PepperTests {
  @Test func safety4_aRowCopiedToAnotherCitizenFails() async throws {
    let office = try await Office()
    let mine = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    _ = try await office.pins.issue(to: office.anna, grade: .dispositivo, by: .system)
    try await office.sql(
      "UPDATE pins SET sealed = (SELECT sealed FROM pins WHERE citizen_id = 'mario') WHERE citizen_id = 'anna'")
    #expect(try await office.check(mine.secret, of: office.anna) == .differs)
    #expect(try await office.denials() == ["unusable-seal"])
    guard case .matches = try await office.check(mine.secret) else { throw TestFailure("the original still works") }
  }

  @Test func safety4_aRowCopiedToTheSameCitizensNextPINFails() async throws {
    let office = try await Office()
    let first = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let kept = try #require(try await office.sql("SELECT sealed FROM pins").first?.blob(0))
    _ = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    try await office.sql("UPDATE pins SET sealed = $1 WHERE state = 'active'", .blob(kept))
    #expect(try await office.check(first.secret) == .differs)
    #expect(try await office.denials() == ["unusable-seal"])
  }

  @Test func safety4_thePepperRotatesWithoutAnybodyLoggingIn() async throws {
    let office = try await Office()
    let his = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let hers = try await office.pins.issue(to: office.anna, grade: .ordinario, by: .system)
    let rotating = try office.service(peppers: [("new", Office.newPepper), ("old", Office.oldPepper)])
    #expect(try await rotating.rotatePepper(by: .staff("rosa"), batch: 1).resealed == 2)
    #expect(try await rotating.rotatePepper(by: .staff("rosa")) == PepperRotation())
    #expect(try await PINStore(office.ledger).pepperIDs() == ["new"])
    #expect(try await office.count("SELECT COUNT(*) FROM audit WHERE kind = 'key-rotated'") == 2)
    // The old pepper can go.
    let after = try office.service(peppers: [("new", Office.newPepper)])
    for (subject, issued) in [(office.mario, his), (office.anna, hers)] {
      guard case .matches = try await after.check(issued.secret, of: subject, attempt: .shared) else {
        throw TestFailure("the same PIN under the new pepper")
      }
    }
  }

  @Test func safety4_aRotationLeavesBrokenRowsAndWhatWasChangedMeanwhile() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let broken = try await office.pins.issue(to: office.anna, grade: .ordinario, by: .system)
    try await office.sql("UPDATE pins SET sealed = $1 WHERE citizen_id = 'anna'", .blob([1, 2, 3]))
    let store = PINStore(office.ledger)
    let read = try await store.pins(notSealedUnder: "new", after: nil, limit: 10)
    #expect(read.count == 2)
    _ = try await office.pins.change(
      issued.credential, of: office.mario, to: Secret("KX7RT9MW"), sparing: nil, by: .citizen)
    let late = read.map { (pin: $0, sealed: SealedValue(keyID: "new", bytes: [0])) }
    let audit = AuditEntry(.keyRotated, by: .system, at: office.clock.now)
    #expect(try await store.reseal(late.filter { $0.pin.id == issued.credential }, audit: audit) == 0)
    let rotating = try office.service(peppers: [("new", Office.newPepper), ("old", Office.oldPepper)])
    let rotation = try await rotating.rotatePepper(by: .system)
    #expect(rotation.resealed == 1 && rotation.broken == [broken.credential])
  }

  @Test func safety4_aPepperThatIsMissingIsNoticedAtStartAndIsNotTheCitizensFault() async throws {
    let office = try await Office()
    let issued = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let stranger = try office.service(peppers: [("new", Office.newPepper)])
    await #expect(throws: PINError.unknownPepper("old")) { try await stranger.refuseUnknownPeppers() }
    await #expect(throws: AuthenticatorFault.unavailable("there is no key with the id old")) {
      try await stranger.check(issued.secret, of: office.mario, attempt: .shared)
    }
    #expect(try await office.pins.status(of: office.mario).attempts.isEmpty)
    await #expect(throws: PINError.unknownPepper("old")) { try await stranger.rotatePepper(by: .system) }
    try await office.service(peppers: [("new", Office.newPepper), ("old", Office.oldPepper)]).refuseUnknownPeppers()
  }

  @Test func theStoreHoldsNoHashThatCanBeReadWithoutThePepper() async throws {
    let office = try await Office()
    _ = try await office.pins.issue(to: office.mario, grade: .ordinario, by: .system)
    let sealed = try #require(try await office.sql("SELECT sealed FROM pins").first?.blob(0))
    #expect(!String(decoding: sealed, as: UTF8.self).contains("argon2"))
  }
}
