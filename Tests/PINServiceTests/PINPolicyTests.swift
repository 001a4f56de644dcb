import AccessModel
import AuthenticatorKit
import BrokerCore
import Testing

@Suite struct PINPolicyTests {
  private let begin = Instant(seconds: 1_800_000_000)

  private func facts(
    _ form: PINForm, changed: Int? = nil, used: Int? = nil, profiles: [String] = ["pensioner"]
  ) -> PINFacts {
    PINFacts(
      form: form, createdAt: begin, changedAt: changed.map { begin + .days($0) },
      lastUsedAt: used.map { begin + .days($0) },
      profiles: Set(profiles.compactMap { ProfileID($0) }))
  }

  @Test func anIssuedPINMustBeUsedWithinNinetyDaysAndChangedWhenItIs() {
    let policy = PINPolicy()
    #expect(policy.judge(facts(.issued), at: begin + .days(90)) == .usable(.changeRequired))
    #expect(
      policy.judge(facts(.issued), at: begin + .days(90) + .seconds(1)) == .unusable(.notActivated))
    #expect(policy.judge(facts(.issued, used: 89), at: begin + .days(100)) == .usable(.changeRequired))
  }

  @Test func aPINUnusedForHalfAYearIsOff() {
    let policy = PINPolicy()
    #expect(policy.judge(facts(.changed, changed: 1, used: 100), at: begin + .days(280)) == .usable(.changeRequired))
    #expect(policy.judge(facts(.changed, changed: 1, used: 100), at: begin + .days(281)) == .unusable(.unused))
    #expect(policy.judge(facts(.changed, changed: 1), at: begin + .days(182)) == .unusable(.unused))
  }

  @Test func aCitizenChangesAfterHalfAYearAndAnIntermediaryAfterThreeMonths() {
    let policy = PINPolicy()
    let citizen = facts(.changed, changed: 0, used: 179)
    let intermediary = facts(.changed, changed: 0, used: 179, profiles: ["pensioner", "intermediary"])
    #expect(policy.judge(citizen, at: begin + .days(90) + .seconds(1)) == .usable(.none))
    #expect(policy.judge(intermediary, at: begin + .days(90)) == .usable(.none))
    #expect(policy.judge(intermediary, at: begin + .days(90) + .seconds(1)) == .usable(.changeRequired))
    #expect(policy.judge(citizen, at: begin + .days(180)) == .usable(.none))
    #expect(policy.judge(citizen, at: begin + .days(181)) == .usable(.changeRequired))
  }

  @Test func eachTimerCanBeSwitchedOff() {
    let off = PINPolicy(activation: nil, inactivity: nil, citizenValidity: nil, intermediaryValidity: nil)
    #expect(off.judge(facts(.issued), at: begin + .days(10_000)) == .usable(.changeRequired))
    #expect(off.judge(facts(.changed, changed: 0), at: begin + .days(10_000)) == .usable(.none))
  }

  @Test func aClockThatWentBackEndsNothing() {
    #expect(PINPolicy().judge(facts(.changed, changed: 0, used: 0), at: begin + .days(-400)) == .usable(.none))
  }
}
