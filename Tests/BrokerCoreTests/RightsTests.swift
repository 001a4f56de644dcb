import AccessModel
import BrokerCore
import Testing

@Suite struct RightsTests {
  private let now = Portal.now

  // MARK: R1

  @Test(arguments: [
    ("slip", "pin-ordinario", nil), ("apply", "pin-dispositivo", nil), ("apply", "spid", nil),
    ("apply", "pin-ordinario", AccessRefusal.Reason.insufficientRight), ("apply", "totp", .notAuthenticated),
    ("slip", "totp", .notAuthenticated),
    ("apply", "old", .notAuthenticated),
  ])
  func r1TheCeilingOfTheInstanceDecides(
    service: String, through: String, reason: AccessRefusal.Reason?
  ) throws {
    let right = service == "slip" ? "consultazione" : "dispositivo"
    #expect(try Portal().judge("\(right):\(service)", [try proof(through)]).reason == reason)
  }

  @Test(
    arguments: [
      (0, true), (15 * 60_000 - 1, true), (15 * 60_000, false), (15 * 60_000 + 1, false), (-2000, true), (-2001, false),
      (Int64.max / 2, false),
    ] as [(Int64, Bool)])
  func r1DispositiveNeedsAFreshAuthenticationNotFromTheFuture(age: Int64, allowed: Bool) throws {
    let verdict = try Portal().judge("dispositivo:apply", [try proof("pin-dispositivo", at: now - .milliseconds(age))])
    #expect(verdict.isAllowed == allowed)
    #expect(verdict.reason == (allowed ? nil : .notFresh))
  }

  @Test func r1TheAnswerHoldsExactlyAsLongAsTheFreshness() throws {
    let portal = try Portal()
    let old = try proof("pin-dispositivo", at: now - .minutes(14))
    let until = try #require(try portal.judge("dispositivo:apply", [old]).until)
    #expect(until == now + .minutes(1))
    #expect(try portal.judge("dispositivo:apply", [old], at: until - .milliseconds(1)).isAllowed)
    #expect(try !portal.judge("dispositivo:apply", [old], at: until).isAllowed)
  }

  @Test func r1TheFreshnessIsTheInstancesOwn() throws {
    let at = now - .minutes(12)
    #expect(try Portal().judge("dispositivo:apply", [try proof("pin-dispositivo", at: at)]).isAllowed)
    #expect(try Portal().judge("dispositivo:apply", [try proof("spid", at: at)]).reason == .notFresh)
  }

  @Test func r1OfSeveralProofsTheOneThatHoldsLongestCounts() throws {
    let proofs = [
      try proof("pin-dispositivo", at: now - .minutes(10)), try proof("spid", at: now - .minutes(1)),
      try proof("pin-ordinario"),
    ]
    #expect(try Portal().judge("dispositivo:apply", proofs).until == now + .minutes(9))
  }

  @Test func aTokenThatDisposesSpeaksOfTheProofThatMayDispose() throws {
    let policy = try Portal().policy
    let strong = try proof("pin-dispositivo", at: now - .minutes(14))
    let proofs = [strong, try proof("totp", at: now - .minutes(13)), try proof("pin-ordinario")]
    #expect(policy.leading(proofs, for: .dispositive) == strong)
    #expect(policy.leading(proofs, for: .consultation) == proofs[2])
  }

  @Test func r1AFreshOrdinaryLoginDoesNotFreshenAnOldDispositiveOne() throws {
    let proofs = [try proof("pin-dispositivo", at: now - .minutes(20)), try proof("pin-ordinario")]
    #expect(try Portal().judge("dispositivo:apply", proofs).reason == .notFresh)
  }

  @Test func r1ALoginThatWasWorthLessThanItsInstanceCanBeGivesLess() throws {
    let card = try proof("card")
    let less = Authentication(
      instance: card.instance, credential: nil, level: card.level, acr: card.acr, amr: card.amr, at: card.at,
      right: .consultation)
    #expect(try Portal().judge("dispositivo:apply", [card]).isAllowed)
    #expect(try Portal().judge("dispositivo:apply", [less]).reason == .insufficientRight)
    #expect(try Portal().judge("consultazione:apply", [less]).isAllowed)
  }

  @Test func r1ReadingDoesNotDependOnTheAge() throws {
    let old = try proof("pin-dispositivo", at: now - .hours(11))
    #expect(try Portal().judge("consultazione:apply", [old]).until == Instant(milliseconds: .max))
  }

  @Test func r1NobodyGetsNothing() throws {
    #expect(try Portal().judge("consultazione:slip", []).reason == .notAuthenticated)
  }

  @Test func anInstanceThatIsSwitchedOffOrGoneCountsForNothing() throws {
    for name in ["old", "unheard-of"] {
      #expect(try Portal().judge("consultazione:slip", [try proof(name)]).reason == .notAuthenticated)
    }
    let without = try Portal(try Portal.row("pin-dispositivo", enabled: false, .dispositive))
    #expect(try without.judge("dispositivo:apply", [try proof("pin-dispositivo")]).reason == .notAuthenticated)
  }

  @Test(arguments: ["consultazione:nowhere", "dispositivo:slip", "dispositivo:merge.nothing", "dispositivo:merge.safe"])
  func whatTheCatalogueDoesNotHaveNobodyGets(demand: String) throws {
    #expect(try Portal().judge(demand, [try proof("card")]).reason == .unknownScope)
  }

  // MARK: R2

  @Test(arguments: [
    ("dispositivo:apply", "consultazione:apply", true), ("dispositivo:apply", "dispositivo:apply", true),
    ("consultazione:apply", "dispositivo:apply", false), ("dispositivo:apply", "consultazione:slip", false),
    ("dispositivo:merge", "consultazione:merge.submit", false),
    ("dispositivo:merge.submit", "consultazione:merge", false),
    ("dispositivo:merge.submit", "consultazione:merge.submit", true),
  ])
  func r2DispositiveIncludesConsultationAndNeverTheOtherWayRound(held: String, demand: String, answers: Bool) throws {
    #expect(try scope(held).satisfies(try scope(demand)) == answers)
  }

  @Test func r2WhoMayDisposeMayRead() throws {
    #expect(try Portal().judge("consultazione:apply", [try proof("pin-dispositivo")]).isAllowed)
    #expect(try Portal().judge("consultazione:apply", [try proof("pin-ordinario")]).isAllowed)
  }

  // MARK: R5

  @Test(arguments: [
    (["worker"], "apply", true), (["pensioner"], "apply", false), (["pensioner"], "pension", true),
    (["worker"], "pension", false), (["worker", "pensioner"], "pension", true), ([], "slip", false),
    (["unheard-of"], "slip", false), (["worker", "pensioner"], "closed", false),
  ])
  func r5AProfileOpensAreasAndNothingElseDoes(profiles: [String], service: String, allowed: Bool) throws {
    for right in ["consultazione", "dispositivo"] where service != "slip" || right == "consultazione" {
      let verdict = try Portal().judge("\(right):\(service)", [try proof("card")], profiles: profiles)
      #expect(verdict.reason == (allowed ? nil : .notInArea))
      #expect(verdict.enough == nil)
    }
  }

  // MARK: R10

  @Test func r10TheOperatorsSwitchTakesTheDispositivePartAway() throws {
    let off = try Portal(try Portal.row("pin-dispositivo", .dispositive, counts: false))
    let pin = [try proof("pin-dispositivo")]
    #expect(try off.judge("dispositivo:apply", pin).reason == .insufficientRight)
    #expect(try off.judge("dispositivo:merge.submit", pin).reason == .insufficientRight)
    #expect(try off.judge("consultazione:apply", pin).isAllowed)
    #expect(try off.judge("dispositivo:apply", [try proof("spid")]).isAllowed)
  }

  @Test func r10WhatIsSwitchedOffIsNotNamedAsEnough() throws {
    let off = try Portal(try Portal.row("pin-dispositivo", .dispositive, counts: false))
    let enough = try off.judge("dispositivo:apply", [try proof("pin-ordinario")]).enough
    #expect(enough?.instances == [try instance("spid"), try instance("card")])
  }
}
